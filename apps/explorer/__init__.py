"""Parts of the Explore page: what the inspector shows of a point, of a selection and of the whole map; exports."""
