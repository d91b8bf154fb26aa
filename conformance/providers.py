"""The providers: a new one is an entry here, a contract, its sources, an overlay and a simulator profile."""

from collections.abc import Mapping

from attrs import frozen


@frozen
class Provider:
    """One provider. `client` is the package generated from its contract."""

    name: str
    label: str
    base_url: str
    key_variable: str
    client: str
    hosts: tuple[str, ...]


PROVIDERS: Mapping[str, Provider] = {
    provider.name: provider
    for provider in (
        Provider(
            name="kimi",
            label="Kimi (Moonshot AI)",
            base_url="https://api.moonshot.cn",
            key_variable="MOONSHOT_API_KEY",
            client="kimi_batch",
            hosts=("api.moonshot.cn", "api.moonshot.ai"),
        ),
        Provider(
            name="siliconflow",
            label="SiliconFlow",
            base_url="https://api.siliconflow.cn/v1",
            key_variable="SILICONFLOW_API_KEY",
            client="siliconflow_batch",
            hosts=("api.siliconflow.cn", "api.siliconflow.com"),
        ),
    )
}
