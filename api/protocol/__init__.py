"""How every route speaks: problems, pages, versions, requests sent twice, languages, edges."""
