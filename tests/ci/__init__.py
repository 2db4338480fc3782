"""`iter8 ci` in the CI systems that it supports, and the templates and manifests for them."""
