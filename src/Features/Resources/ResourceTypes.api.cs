using System.Text.RegularExpressions;
using Causeway.Arm;

namespace Causeway.Api.Resources;

/// <summary>ARM's own types.</summary>
public static partial class ResourceTypes
{
    private const string Namespace = "Microsoft.Resources";

    /// <summary>Every published version of Microsoft.Resources that clients send.</summary>
    private static readonly string[] s_versions =
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
    ];

    public static ArmType Tenants { get; } = Own("tenants");

    public static ArmType Subscriptions { get; } = Own("subscriptions");

    public static ArmType Locations { get; } = Own("subscriptions/locations");

    public static ArmType Providers { get; } = Own("subscriptions/providers");

    public static ArmType Resources { get; } = Own("subscriptions/resources");

    public static ArmType OperationResults { get; } = Own("subscriptions/operationresults");

    /// <summary>As stored and as answered; its permissions are <c>Microsoft.Resources/subscriptions/resourceGroups/…</c>.</summary>
    public static ArmType Groups { get; } =
        new(Namespace, "resourceGroups", s_versions)
        {
            Name = GroupName(),
            NameInWords = "1 to 90 letters, digits, '-', '_', '.', '(' and ')', not ending with '.'",
        };

    public static ArmType Tags { get; } = Own("tags");

    public static ArmType[] All { get; } = [Tenants, Subscriptions, Locations, Providers, Resources, OperationResults, Groups, Tags];

    private static ArmType Own(string path) => new(Namespace, path, s_versions) { Locations = [], SupportsTags = false };

    [GeneratedRegex(@"\A[\p{L}\p{Nd}_\-().]{0,89}[\p{L}\p{Nd}_\-()]\z", RegexOptions.CultureInvariant)]
    private static partial Regex GroupName();
}
