using Causeway.Arm;

namespace Causeway.Api.Kit;

/// <summary>The namespaces of the installation, as data.</summary>
public static class Namespaces
{
    /// <summary>Published versions, newest first. The shapes that its types use here have not changed in incompatible ways between them.</summary>
    private static readonly string[] s_network =
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

    public static ArmNamespace Network { get; } =
        new("Microsoft.Network", s_network) { ErrorForm = _ => ErrorForm.WithDetails, NamesRequests = true };

    /// <summary>Every published version of Microsoft.Resources that clients send.</summary>
    private static readonly string[] s_resources =
    [
        "2025-04-01",
        "2025-03-01",
        "2024-11-01",
        "2024-08-01",
        "2024-07-01",
        "2024-03-01",
        "2023-07-01",
        "2022-12-01",
        "2022-09-01",
        "2022-06-01",
        "2022-05-01",
        "2022-01-01",
        "2021-04-01",
        "2021-01-01",
        "2020-10-01",
        "2020-08-01",
        "2020-06-01",
        "2020-05-01",
        "2020-01-01",
        "2019-11-01",
        "2019-10-01",
        "2019-09-01",
        "2019-08-01",
        "2019-07-01",
        "2019-06-01",
        "2019-05-10",
        "2019-05-01",
        "2019-03-01",
        "2018-11-01",
        "2018-09-01",
        "2018-08-01",
        "2018-07-01",
        "2018-06-01",
        "2018-05-01",
        "2018-02-01",
        "2018-01-01",
        "2017-08-01",
        "2017-06-01",
        "2017-05-10",
        "2017-05-01",
        "2017-03-01",
        "2016-09-01",
        "2016-07-01",
        "2016-06-01",
        "2016-02-01",
        "2015-11-01",
        "2015-01-01",
        "2014-04-01",
        "2014-04-01-preview",
    ];

    /// <summary>ARM's own.</summary>
    public static ArmNamespace Resources { get; } = new("Microsoft.Resources", s_resources) { HasOperations = false, IsFrontDoor = true };

    public static ArmNamespace Subscription { get; } = new("Microsoft.Subscription", ["2024-08-01-preview", "2021-10-01", "2020-09-01"]);

    /// <summary>Previews, of which there are none.</summary>
    public static ArmNamespace Features { get; } = new("Microsoft.Features", ["2021-07-01", "2015-12-01"]) { HasOperations = false };

    /// <summary>Every published version of Microsoft.Peering.</summary>
    private static readonly string[] s_peering =
    [
        "2025-05-01",
        "2022-10-01",
        "2022-06-01",
        "2022-01-01",
        "2021-06-01",
        "2021-01-01",
        "2020-10-01",
        "2020-04-01",
        "2020-01-01-preview",
        "2019-09-01-preview",
        "2019-08-01-preview",
        "2019-06-01-preview",
        "2019-03-01-preview",
    ];

    /// <summary>Internet peerings. Its previews had errors without an envelope; all of it is synchronous, so that nothing is polled.</summary>
    public static ArmNamespace Peering { get; } =
        new("Microsoft.Peering", s_peering)
        {
            ErrorForm = version => string.CompareOrdinal(version, "2020-04-01") < 0 ? ErrorForm.Bare : ErrorForm.Plain,
            HasOperations = false,
        };

    /// <summary>Tickets. The types here have had one shape in these versions.</summary>
    public static ArmNamespace Support { get; } =
        new("Microsoft.Support", ["2024-04-01", "2022-09-01-preview", "2020-04-01"]) { HasOperations = false };

    /// <summary>Our own: meters.</summary>
    public static ArmNamespace Billing { get; } = new("Causeway.Billing", ["2026-11-01", "2024-01-01"]);

    /// <summary>Our own: what the operator sees and does.</summary>
    public static ArmNamespace Operations { get; } = new("Causeway.Operations", ["2026-11-01"]);
}
