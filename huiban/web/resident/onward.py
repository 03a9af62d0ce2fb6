"""Where a form that was taken in leads, said to a browser or to the page's script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

# The script sends in the background, so that nothing is lost without a network, and opens the
# next page itself; it couldn't see where a redirect leads.
IN_BACKGROUND = "X-Sent-In-Background"


def onward(request: HttpRequest, address: str) -> HttpResponse:
    """Lead on to the address (303), or name it to the script (201)."""
    if IN_BACKGROUND in request.headers:
        return HttpResponse(status=201, headers={"Location": address})
    return HttpResponseRedirect(address, status=303)
