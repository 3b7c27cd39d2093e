using Causeway.Client;
using Causeway.Primitives;

namespace Causeway.Demo;

/// <summary>Who plays: four people with a login each, who tells it, and where our routers are.</summary>
/// <param name="Operator">Of the installation itself.</param>
/// <param name="Asn">Ours.</param>
/// <param name="BgpPort">Of our routers.</param>
internal sealed record DemoCast(
    CausewayClient Contoso,
    CausewayClient Fabrikam,
    CausewayClient Equinix,
    CausewayClient Operator,
    DemoTeller Tell,
    TimeProvider Time,
    Asn Asn,
    int BgpPort
);
