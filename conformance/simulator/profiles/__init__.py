"""The table of providers that can be simulated."""

from collections.abc import Mapping

from conformance.simulator.profile import Profile
from conformance.simulator.profiles.kimi import KIMI
from conformance.simulator.profiles.siliconflow import SILICONFLOW

PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in (KIMI, SILICONFLOW)}
