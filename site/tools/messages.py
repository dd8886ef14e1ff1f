"""Collects the interface texts and compiles their translations: `make messages`.

Two sets of catalogues come out of it, each with a source (.po) and what Django reads (.mo):

- `site/locale/{nb,sv}`: the texts of this repository, found by Django's `makemessages`;
- `site/locale/wagtail/{nb,sv}`: the texts of Wagtail and its company that their own catalogues
  lack, so that no editor meets English. An upgrade of Wagtail shows here as texts to translate,
  and texts that Wagtail has since translated itself drop out. A text that Wagtail translates, but
  wrongly or in other words than our glossary's, stands here too, with the comment
  "Instead of Wagtail's: ..."; add such an entry by hand and it stays.

Translate in the .po files and run it again. Nothing is guessed: a changed text comes back empty,
an unused one goes. English is the source and needs no catalogue.

Collecting needs gettext (Debian: `apt-get install gettext`); running the site does not, which is
why the compiled files are committed. They come from polib and are the same byte for byte.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]
LOCALE_DIR = ROOT / "site" / "locale"
WAGTAIL_DIR = LOCALE_DIR / "wagtail"
LANGUAGES = ("nb", "sv")

# Not ours, not for readers, or without words.
SKIPPED = ("tests", "benchmarks", "docs", "var", "node_modules", "locale", "static", "migrations")
NEEDED = ("xgettext", "msguniq")

# Packages whose texts editors meet, and the domains of their catalogues.
PACKAGES = {
    "django.conf": ("django",),
    "django.contrib.auth": ("django",),
    "django_filters": ("django",),
    "taggit": ("django",),
    "wagtail": ("django",),
    "wagtail.admin": ("django", "djangojs"),
    "wagtail.contrib.redirects": ("django",),
    "wagtail.documents": ("django",),
    "wagtail.images": ("django",),
    "wagtail.sites": ("django",),
    "wagtail.users": ("django",),
}

#: How the translator's comment begins at a text that Wagtail translates otherwise.
INSTEAD = "Instead of Wagtail's:"

#: Not among the installed apps, so Django never reads its own catalogues.
UNREAD = ("django_filters",)

Key = tuple[str | None, str]


class GettextMissingError(RuntimeError):
    """Texts cannot be collected on this machine."""


def key(entry: polib.POEntry | polib.MOEntry) -> Key:
    """Return what gettext tells texts apart by."""
    return entry.msgctxt, entry.msgid


def new_catalogue(language: str = "") -> polib.POFile:
    """Return an empty catalogue whose head says nothing that changes by itself."""
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Project-Id-Version": "Samkurs",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def collect(root: Path = ROOT) -> polib.POFile:
    """Return the interface texts under ``root``, untranslated.

    `makemessages` writes beside the templates it reads, so it works on a copy.
    """
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if missing:
        raise GettextMissingError(
            f"Collecting texts needs {' and '.join(missing)} from gettext, which is not installed "
            "here. On Debian: apt-get install gettext. The site itself runs without it."
        )
    with tempfile.TemporaryDirectory(prefix="samkurs-messages-") as name:
        copy = Path(name)
        for folder in sorted(root.iterdir()):
            if folder.is_dir() and not folder.name.startswith(".") and folder.name not in SKIPPED:
                ignored = shutil.ignore_patterns(".*", "__pycache__", *SKIPPED)
                shutil.copytree(folder, copy / folder.name, ignore=ignored)
        (copy / "locale").mkdir()
        command = [sys.executable, "-I", "-m", "django", "makemessages", "--all", "--keep-pot"]
        command += ["--verbosity=0", "--no-wrap", "--add-location=file", "--extension=html,txt,py"]
        # Without settings the command keeps to the folder it stands in.
        env = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
        done = subprocess.run(  # noqa: S603  our own command
            command, cwd=copy, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"makemessages failed:\n{done.stderr}")
        return polib.pofile(str(copy / "locale" / "django.pot"))


def package_catalogue(package: str, language: str, domain: str) -> Path:
    """Return where ``package`` keeps (or would keep) its catalogue."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"{package} is not installed")
    home = Path(spec.submodule_search_locations[0])
    return home / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def lacking(language: str, domain: str, corrected: set[Key]) -> polib.POFile:
    """Return the texts of Wagtail and its company that they do not translate, or ``corrected``."""
    packages = [package for package, domains in PACKAGES.items() if domain in domains]
    there: set[Key] = set()
    for package in packages:
        compiled = package_catalogue(package, language, domain).with_suffix(".mo")
        if compiled.exists() and package not in UNREAD:
            there |= {
                key(entry)
                for entry in polib.mofile(str(compiled))
                if entry.msgstr or any(entry.msgstr_plural.values())
            }
    texts = polib.POFile()
    found: dict[Key, polib.POEntry] = {}
    for package in packages:
        # English, or what is nearest to complete where there is none, lists a package's texts.
        sources = (package_catalogue(package, code, domain) for code in ("en", "de"))
        for entry in polib.pofile(str(next(path for path in sources if path.exists()))):
            if entry.obsolete or (key(entry) in there and key(entry) not in corrected):
                continue
            known = found.get(key(entry))
            if known is None:
                entry.occurrences = [(package, "")]
                found[key(entry)] = entry
                texts.append(entry)
            else:
                known.occurrences.append((package, ""))
                known.msgid_plural = known.msgid_plural or entry.msgid_plural
    return texts


def merge(texts: polib.POFile, translated: polib.POFile, language: str) -> polib.POFile:
    """Return ``texts`` with the translations of exactly the same texts, sorted."""
    known = {key(entry): entry for entry in translated if not entry.obsolete and not entry.fuzzy}
    catalogue = new_catalogue(language)
    for entry in sorted(texts, key=lambda entry: (entry.msgid, entry.msgctxt or "")):
        before = known.get(key(entry))
        same = before is not None and bool(before.msgid_plural) == bool(entry.msgid_plural)
        new = polib.POEntry(
            msgctxt=entry.msgctxt,
            msgid=entry.msgid,
            msgid_plural=entry.msgid_plural,
            comment=entry.comment,
            tcomment=before.tcomment if before else "",
            occurrences=sorted({(path, "") for path, _line in entry.occurrences}),
            flags=sorted(flag for flag in entry.flags if flag != "fuzzy"),
        )
        if entry.msgid_plural:
            new.msgstr_plural = dict(before.msgstr_plural) if same else {0: "", 1: ""}
        else:
            new.msgstr = before.msgstr if same else ""
        catalogue.append(new)
    return catalogue


def catalogue_path(language: str, domain: str = "django", folder: Path = LOCALE_DIR) -> Path:
    """Return where a translation of ours stands."""
    return folder / language / "LC_MESSAGES" / f"{domain}.po"


def read(path: Path) -> polib.POFile:
    """Return the catalogue at ``path``; an empty one where there is none yet."""
    return polib.pofile(str(path), wrapwidth=100) if path.exists() else new_catalogue()


def up_to_date(path: Path, texts: polib.POFile, language: str) -> polib.POFile:
    """Return the catalogue at ``path`` as it should be."""
    return merge(texts, read(path), language)


def wanted() -> list[tuple[Path, str, polib.POFile]]:
    """Return each catalogue's path, language and texts."""
    own = collect()
    catalogues = [(catalogue_path(language), language, own) for language in LANGUAGES]
    for language in LANGUAGES:
        for domain in ("django", "djangojs"):
            path = catalogue_path(language, domain, WAGTAIL_DIR)
            kept = {key(entry) for entry in read(path) if entry.tcomment.startswith(INSTEAD)}
            catalogues.append((path, language, lacking(language, domain, kept)))
    return catalogues


def main() -> int:
    """Bring every catalogue up to date, compile it, and tell what waits for a translator."""
    try:
        catalogues = wanted()
    except GettextMissingError as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    for path, language, texts in catalogues:
        catalogue = up_to_date(path, texts, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{catalogue}\n", encoding="utf-8")
        path.with_suffix(".mo").write_bytes(catalogue.to_binary())
        waiting = [entry for entry in catalogue if not entry.translated()]
        sys.stdout.write(
            f"{path.relative_to(ROOT)}: {len(catalogue)} texts, {len(waiting)} to translate\n"
        )
        for entry in waiting:
            sys.stdout.write(f"  {entry.msgid!r}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
