"""Pages of the azurerm provider's documentation: one Markdown file for each resource."""
import re

FOLDER = "website/docs/r/"
ENDING = re.compile(r"\.(html\.markdown|markdown|md)$")
# A line that opens the description of a block: "A `identity` block supports the following:".
BLOCK = r"\n[^\n]*`%s`[^\n]*block[^\n]*(?:support|contain|export)[^\n]*:[ \t]*\n"
# What ends it: a rule, a heading, or the same of another block.
END = re.compile(r"\n(?=---|## |(?:The|An?|Each) [^\n]*`\w+`[^\n]*block[^\n]*:\s*\n)")
# How pages name the kinds of an identity, in lower case without anything but letters.
KINDS = {"S": re.compile(r"systemassigned"), "U": re.compile(r"userassigned"),
         "B": re.compile(r".*(system.*user|user.*system).*")}


def resource_of(path):
    return "azurerm_" + ENDING.sub("", path.rsplit("/", 1)[1])


def pages(repo):
    """Resource -> its page. Some files are named otherwise than the resource that they are about."""
    found = {}
    for path, text in repo.texts(repo.paths(FOLDER)):
        found[resource_of(path)] = text
        heading = re.search(r"^# (azurerm_\w+)", text, re.M) or re.search(r"^page_title:.*?(azurerm_\w+)", text, re.M)
        if heading:
            found.setdefault(heading.group(1), text)
    return found


def listed(repo):
    """The resources that have a file of their own."""
    return {resource_of(path) for path in repo.paths(FOLDER)}


def arm_type(page, resource):
    """The ARM type that the id of the page's import example is of, or None."""
    for pattern in (rf"terraform import[^\n]*?{resource}\.\S+\s+[\"'`]?([^\s\"'`]+)",
                    r"terraform import[^\n]*?\s[\"']?(/[^\s\"'`]+)", r'\bid\s*=\s*"(/[^"\s]+)"'):
        example = re.search(pattern, page)
        if example:
            return type_of_id(re.split("[|;]", example.group(1))[0])
    return None


def type_of_id(text):
    """`/subscriptions/x/resourceGroups/y/providers/A.B/c/d/e/f` is of the type `A.B/c/e`."""
    parts = text.strip("/").split("/")
    lower = [part.lower() for part in parts]
    if text.startswith("http"):
        return None  # an id of the data plane
    if "providers" in lower:
        last = len(lower) - lower[::-1].index("providers")
        return "/".join([parts[last], *parts[last + 1::2]]) if len(parts) > last + 1 else None
    if "resourcegroups" in lower:
        return "Microsoft.Resources/resourceGroups"
    return "Microsoft.Resources/subscriptions" if lower[0] == "subscriptions" else None


def identity_kinds(page):
    """The kinds of identity that the page names where it describes the block `identity`."""
    start = re.search(BLOCK % "identity", page)
    if not start:
        return ""
    words = re.findall(r"`([^`]+)`", END.split(page[start.end() - 1:], maxsplit=1)[0])
    plain = [re.sub("[^a-z]", "", word.lower()) for word in words]
    return "".join(kind for kind, pattern in KINDS.items() if any(map(pattern.fullmatch, plain)))


def arguments(page):
    """The names that stand first in a list's items."""
    return set(re.findall(r"^\s*[*-] +`([a-z0-9_]+)`", page, re.M))
