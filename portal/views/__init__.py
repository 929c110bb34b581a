"""Pages that bring several rooms together: the home page and the page of a procedure."""

from portal.views.home_page import home
from portal.views.procedure_page import show_procedure

__all__ = ["home", "show_procedure"]
