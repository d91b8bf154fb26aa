"""What the generator calls the things of a contract in Python, and names that generated code needs for itself."""

from collections.abc import Iterable, Mapping

OUR_OWN = frozenset(
    {
        *("Any", "AuthenticatedClient", "Client", "FileTypes", "HTTPStatus", "HTTPValidationError", "Literal"),
        *("Mapping", "Model", "OpenEnum", "Response", "TYPE_CHECKING", "UNSET", "Undocumented", "Unset", "UnsetType"),
    }
)
"""Names that generated modules import, or that each package has of its own."""


def class_name(name: str) -> str:
    """What the class of a schema is called."""
    from openapi_python_client.strings import ClassName  # noqa: PLC0415 - slow to import

    return str(ClassName(name, ""))


def module_name(name: str) -> str:
    """What stands for the module of a schema: two that differ in case only would share one."""
    return class_name(name).casefold()


def attribute_name(name: str) -> str:
    """What the attribute of a property is called where it cannot be told apart from another's otherwise."""
    from openapi_python_client.strings import PythonIdentifier  # noqa: PLC0415 - likewise

    return str(PythonIdentifier(name, "field_", skip_snake_case=True))


def alike(names: Iterable[str]) -> tuple[str, str] | None:
    """Two properties whose attributes would have one name; None if there are none such."""
    seen: dict[str, str] = {}
    for name in names:
        if seen.setdefault(attribute_name(name), name) != name:
            return seen[attribute_name(name)], name
    return None


def distinct(names: Iterable[str]) -> Mapping[str, str]:
    """New names for those schemas whose modules would be called as another's, or as what we need ourselves."""
    taken = set(map(str.casefold, OUR_OWN))
    renamed: dict[str, str] = {}
    # who is called so already stays so, and of two that differ in case the one that is written as a class
    for name in sorted(names, key=lambda one: (class_name(one) != one, one.isupper())):
        free = name
        while module_name(free) in taken:
            free += "Value"
        taken.add(module_name(free))
        if free != name:
            renamed[name] = free
    return renamed
