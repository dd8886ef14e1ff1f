"""The blocks of a page's body."""

from collections.abc import Mapping

from django.core.exceptions import BadRequest
from django.utils.translation import gettext_lazy as _
from draftjs_exporter.error import ExporterException
from wagtail import blocks
from wagtail.blocks import StreamValue
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

#: Headings, lists and links; no pictures or documents inside the text, they have blocks.
TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]
INLINE_FEATURES = ["bold", "italic", "link"]


class QuoteBlock(blocks.StructBlock):
    """A quotation with the role of whoever said it."""

    text = blocks.TextBlock(label=_("Quotation"), max_length=600)
    attribution = blocks.CharBlock(
        label=_("Said by"),
        required=False,
        max_length=120,
        help_text=_("A role, for example “unit manager, home care”."),
    )

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "blocks/quote.html"


class KeyPointsBlock(blocks.StructBlock):
    """A short list, such as what one can do after the course."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=80)
    points = blocks.ListBlock(
        blocks.CharBlock(label=_("Point"), max_length=200), label=_("Points"), min_num=1, max_num=12
    )

    class Meta:
        icon = "list-ul"
        label = _("Key points")
        template = "blocks/key_points.html"


class CalloutBlock(blocks.StructBlock):
    """Something a reader must not miss."""

    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=80)
    text = blocks.RichTextBlock(label=_("Text"), features=INLINE_FEATURES)

    class Meta:
        icon = "warning"
        label = _("Call-out")
        template = "blocks/callout.html"


class VideoLinkBlock(blocks.StructBlock):
    """A link to a film; films are not shown inside our pages, so that no one is tracked."""

    title = blocks.CharBlock(label=_("Title"), max_length=120)
    url = blocks.URLBlock(label=_("Web address"))
    length = blocks.CharBlock(
        label=_("Length"), required=False, max_length=40, help_text=_("For example “4 minutes”.")
    )

    class Meta:
        icon = "media"
        label = _("Link to a film")
        template = "blocks/video_link.html"


class QuestionBlock(blocks.StructBlock):
    """A question readers ask, with its answer."""

    question = blocks.CharBlock(label=_("Question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("Answer"), features=TEXT_FEATURES[2:])

    class Meta:
        icon = "help"
        label = _("Question")


class PictureBlock(ImageBlock):
    """Wagtail's picture with alternative text or declared decorative, named in our languages."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.child_blocks["image"].label = _("Picture")


#: What reading a body ends in that was not written by the editor's own script.
MALFORMED = (
    AttributeError,
    ExporterException,
    KeyError,
    OverflowError,
    TypeError,
    ValueError,
)


class BodyBlock(blocks.StreamBlock):
    """What the body of a page is made of."""

    def value_from_datadict(self, data: Mapping, files: Mapping, prefix: str) -> StreamValue:
        """Read what was sent; what no editor's form of ours can send is a bad request."""
        try:
            return super().value_from_datadict(data, files, prefix)
        except MALFORMED as error:
            raise BadRequest("The body is not in the form the editor sends") from error

    text = blocks.RichTextBlock(
        label=_("Text"), features=TEXT_FEATURES, template="blocks/text.html", icon="pilcrow"
    )
    image = PictureBlock(label=_("Picture"), template="blocks/image.html", required=True)
    quote = QuoteBlock()
    key_points = KeyPointsBlock()
    callout = CalloutBlock()
    video_link = VideoLinkBlock()
    documents = blocks.ListBlock(
        DocumentChooserBlock(label=_("Document")),
        label=_("Documents"),
        icon="doc-full",
        template="blocks/documents.html",
    )
    questions = blocks.ListBlock(
        QuestionBlock(),
        label=_("Questions and answers"),
        icon="help",
        template="blocks/questions.html",
    )
