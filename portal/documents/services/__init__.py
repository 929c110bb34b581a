"""Files handed in, papers written: what other rooms call."""

from portal.documents.services.handing_out import NotClean, serve, serve_picture
from portal.documents.services.papers import page_of, render, write_paper
from portal.documents.services.storing import store_file
from portal.documents.services.uploads import (
    WrongOffset,
    WrongPiece,
    finish_upload,
    my_upload,
    open_upload,
    receive_piece,
)

__all__ = [
    "NotClean",
    "WrongOffset",
    "WrongPiece",
    "finish_upload",
    "my_upload",
    "open_upload",
    "page_of",
    "receive_piece",
    "render",
    "serve",
    "serve_picture",
    "store_file",
    "write_paper",
]
