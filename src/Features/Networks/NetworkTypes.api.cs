using Causeway.Arm;
using Causeway.Domain.Networks;

namespace Causeway.Api.Networks;

/// <summary>The resource types of the networks, as the provider list shows them.</summary>
public static class NetworkTypes
{
    private const string Namespace = "Microsoft.Network";

    /// <summary>Published versions, newest first. The shapes that these types use have not changed in incompatible ways between them.</summary>
    internal static readonly string[] Versions =
    [
        "2026-01-01",
        "2025-09-01",
        "2025-07-01",
        "2025-05-01",
        "2025-03-01",
        "2025-01-01",
        "2024-10-01",
        "2024-07-01",
        "2024-05-01",
        "2024-03-01",
        "2024-01-01",
        "2023-11-01",
        "2023-09-01",
        "2023-06-01",
        "2023-05-01",
        "2023-04-01",
        "2023-02-01",
        "2022-11-01",
        "2022-09-01",
        "2022-07-01",
        "2022-05-01",
        "2022-01-01",
        "2021-08-01",
        "2021-06-01",
        "2021-05-01",
        "2021-03-01",
        "2021-02-01",
        "2020-11-01",
        "2020-08-01",
        "2020-07-01",
        "2020-06-01",
        "2020-05-01",
        "2020-04-01",
        "2020-03-01",
        "2019-12-01",
        "2019-11-01",
        "2019-09-01",
        "2019-08-01",
        "2019-07-01",
        "2019-06-01",
        "2019-04-01",
        "2019-02-01",
        "2018-12-01",
        "2018-11-01",
        "2018-10-01",
        "2018-08-01",
        "2018-07-01",
        "2018-06-01",
        "2018-04-01",
        "2018-02-01",
        "2018-01-01",
        "2017-11-01",
        "2017-10-01",
        "2017-09-01",
        "2017-08-01",
        "2017-06-01",
        "2017-03-01",
        "2016-12-01",
        "2016-09-01",
        "2016-06-01",
        "2016-03-30",
        "2015-06-15",
    ];

    public static ArmType Network { get; } = Of(VirtualNetwork.ResourceType);

    public static ArmType Subnet { get; } = Network.Child("subnets");

    public static ArmType Gateway { get; } = Of(VirtualNetworkGateway.ResourceType);

    public static ArmType Connection { get; } = Of(Domain.Networks.Connection.ResourceType);

    public static ArmType PublicIp { get; } = Of(PublicIpAddress.ResourceType);

    public static ArmType[] All { get; } = [Network, Subnet, Gateway, Connection, PublicIp];

    private static ArmType Of(string fullName) => new(Namespace, fullName[(Namespace.Length + 1)..], Versions);
}
