"""Training of learned binarizers: pages made by code, data sets, networks, losses and export; needs the extra ``train``."""
