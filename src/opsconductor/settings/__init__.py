"""One typed, frozen object with every setting, from opsconductor.toml and the environment."""

from opsconductor.settings.entries import Entry as Entry
from opsconductor.settings.entries import entries as entries
from opsconductor.settings.entries import section_help as section_help
from opsconductor.settings.example import example as example
from opsconductor.settings.loading import CONFIG_VARIABLE as CONFIG_VARIABLE
from opsconductor.settings.loading import SettingsError as SettingsError
from opsconductor.settings.loading import config_path as config_path
from opsconductor.settings.loading import load as load
from opsconductor.settings.location import line_of as line_of
from opsconductor.settings.model import PROJECT_ROOT as PROJECT_ROOT
from opsconductor.settings.model import Settings as Settings
