"""The headers that tell browsers what the lab's pages may do, and other sites with them."""

import re

# As narrow as Streamlit 1.67 and Plotly 7 allow: a script in Streamlit's page and its style sheets
# are inline, components are loaded from blobs, and Plotly compiles functions.
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline' blob:",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}
HOST = re.compile(r"[\w.:\[\]-]{1,255}", re.ASCII)


def headers(host: str = "") -> dict[str, str]:
    """The headers of an answer to a request for this host, by which the lab is known."""
    allowed = POLICY
    if HOST.fullmatch(host):  # Safari before version 15.4 does not count websockets as 'self'
        allowed = POLICY | {"connect-src": f"'self' ws://{host} wss://{host}"}
    text = "; ".join(f"{name} {what}" for name, what in allowed.items())
    return HEADERS | {"Content-Security-Policy": text}
