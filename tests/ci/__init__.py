"""`iter8 ci` in the CI systems it speaks to, and the files with which these are told of it."""
