"""A dag that airflow cannot import."""

import module_that_is_not_there
