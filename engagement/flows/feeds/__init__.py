"""The shop's own feeds: blog, video channel, podcast. Fetching and reading what a stranger wrote."""
