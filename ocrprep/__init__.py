"""ocrprep: any scan or photo becomes the image that Tesseract reads best."""
