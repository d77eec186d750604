"""Training of learned binarizers: made pages, data sets, networks, losses, export; needs the extra ``train``."""
