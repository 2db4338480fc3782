"""sbom.py VERSION=… REVISION=… SOURCE_DATE_EPOCH=… <packages: the software bill of materials of the image, as SPDX 2.3. The
packages are lines "installed NAME VERSION ARCHITECTURE" of Debian and "linked NAME VERSION" for sources inside the binary."""

import datetime
import json
import re
import sys
import urllib.parse


def identifier(*parts):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", "-".join(parts))


def package(kind, name, version, architecture=None):
    """One Debian package, or the source package of a library that is linked into the binary."""
    query = f"?arch={architecture or 'source'}&distro=bookworm"
    locator = f"pkg:deb/debian/{name}@{urllib.parse.quote(version, safe='')}{query}"
    return {"SPDXID": identifier(kind, name, architecture or "source"), "name": name, "versionInfo": version,
            "supplier": "Organization: Debian", "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": "NOASSERTION", "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION",
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": locator}]}


def document(arguments, lines):
    version, revision = arguments["VERSION"], arguments["REVISION"]
    made = datetime.datetime.fromtimestamp(int(arguments["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    image = {"SPDXID": "SPDXRef-image", "name": "iter8", "versionInfo": version, "downloadLocation": "NOASSERTION",
             "filesAnalyzed": False, "licenseConcluded": "Apache-2.0", "licenseDeclared": "Apache-2.0",
             "copyrightText": "NOASSERTION", "primaryPackagePurpose": "CONTAINER"}
    kinds = {"installed": "CONTAINS", "linked": "STATIC_LINK"}
    packages, relations = [image], [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-image")]
    for kind, *words in (line.split() for line in lines):
        packages.append(package(kind, *words))
        relations.append(("SPDXRef-image", kinds[kind], packages[-1]["SPDXID"]))
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"iter8-{version}",
            "documentNamespace": f"https://spdx.org/spdxdocs/iter8-{version}-{revision}",
            "creationInfo": {"created": made.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: iter8 ./dev image"]},
            "packages": packages,
            "relationships": [dict(zip(("spdxElementId", "relationshipType", "relatedSpdxElement"), relation))
                              for relation in relations]}


if __name__ == "__main__":
    given = dict(argument.split("=", 1) for argument in sys.argv[1:])
    json.dump(document(given, [line for line in sys.stdin if line.strip()]), sys.stdout, indent=1)
    print()
