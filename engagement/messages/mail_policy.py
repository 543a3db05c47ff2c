"""What a browser may do with a mail's markup, wherever it is shown: the one kind of page of ours that
carries foreign markup, styles in its tags. No scripts, no forms, no plugins, an origin of its own."""


def mail_policy(*, in_our_frame: bool) -> str:
    """The Content-Security-Policy: for a frame of the dashboard, or for a page that customers open,
    whose links lead on and which nobody may frame."""
    sandbox = "sandbox"
    pictures, ancestors = "https: http: data:", "'self'"  # merchants look before they have https
    if not in_our_frame:
        sandbox = "sandbox allow-popups allow-popups-to-escape-sandbox"
        pictures, ancestors = "https: data:", "'none'"
    return (
        f"{sandbox}; default-src 'none'; img-src {pictures}; style-src 'unsafe-inline'; "
        f"font-src https: data:; frame-ancestors {ancestors}; base-uri 'none'; form-action 'none'"
    )
