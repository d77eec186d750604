"""The script of Aspose.OCR's documentation; only its imports are changed.

Run it in a folder that holds a ``source.png``. The cleaned page is saved in the folder ``result``.
"""

from ocrprep.aspose import AsposeOcr, ImageProcessing, InputType, OcrInput
from ocrprep.aspose.models.preprocessingfilters import PreprocessingFilter

api = AsposeOcr()
filters = PreprocessingFilter()
filters.add(PreprocessingFilter.binarize())
input = OcrInput(InputType.SINGLE_IMAGE, filters)  # noqa: A001 - as it is documented
input.add("source.png")
ImageProcessing.save(input, "result")
result = api.recognize(input)
print(result[0].recognition_text)
