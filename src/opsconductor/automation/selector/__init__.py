"""Finding tools by what they do: full-text search behind a cache that outlives the database."""

from opsconductor.automation.selector.cache import AnswerCache as AnswerCache
from opsconductor.automation.selector.cache import Key as Key
from opsconductor.automation.selector.selector import Answer as Answer
from opsconductor.automation.selector.selector import Selector as Selector
