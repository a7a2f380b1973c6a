"""The pages of casework: the desk, the list, and one case with its tabs."""
