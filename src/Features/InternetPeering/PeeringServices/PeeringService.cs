using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Domain.Json;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.InternetPeering;

/// <summary>A customer's Peering Service: its place, the provider that carries its traffic, and its prefixes as they are received from that provider.</summary>
public sealed record PeeringService : ITracked<PeeringService>
{
    public const string ResourceType = "Microsoft.Peering/peeringServices";

    public required ResourceId Id { get; init; }
    public required string Location { get; init; }
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }

    /// <summary>As the client wrote it; null when it wrote none.</summary>
    public string? Sku { get; init; }

    /// <summary>A state or province, as the topology spells it.</summary>
    public required string ServiceLocation { get; init; }

    /// <summary>A provider, as the topology spells it.</summary>
    public required string Provider { get; init; }

    /// <summary>Peering locations of the provider that traffic shall take; null when none was chosen.</summary>
    public string? PrimaryLocation { get; init; }

    /// <inheritdoc cref="PrimaryLocation"/>
    public string? BackupLocation { get; init; }

    public ImmutableArray<ServicePrefix> Prefixes { get; init; } = [];

    public ImmutableArray<MonitorTest> MonitorTests { get; init; } = [];

    public PeeringService With(ImmutableSortedDictionary<string, string> tags) => this with { Tags = tags };

    [JsonIgnore]
    public string StateName => Prefixes.IsEmpty ? "Ready" : $"{Prefixes.Max(p => p.Seen.State)}";

    /// <summary>The label of those that have prefixes to look at.</summary>
    public const string PrefixesLabel = "peering-service/prefixes";

    /// <summary>What a commit announces when there may be something to look at.</summary>
    public const string Announcement = "peering-services";

    public const int MostPrefixes = 200;
    public const int MostTests = 100;
}

/// <summary>A prefix from which a customer's traffic originates. It never becomes another one.</summary>
/// <param name="Key">That the provider gave; null without one.</param>
public sealed record ServicePrefix(string Name, IpPrefix Prefix, string? Key)
{
    public required ServicePrefixSeen Seen { get; init; }

    /// <summary>What happened to it, oldest first.</summary>
    public ImmutableArray<ServicePrefixEvent> Events { get; init; } = [];

    public const int MostEvents = 50;
}

/// <summary>How a prefix of a customer is received.</summary>
/// <param name="Error">What is wrong, for people; null when nothing is.</param>
public sealed record ServicePrefixSeen(PrefixState State, LearnedType Learned, string? Error);

/// <summary>From whom a prefix is learned, as the wire spells it.</summary>
public enum LearnedType
{
    None,

    /// <summary>From a provider.</summary>
    ViaServiceProvider,

    /// <summary>From a peering of the customer's own subscription.</summary>
    ViaSession,
}

/// <summary>A change of a prefix's state.</summary>
public sealed record ServicePrefixEvent(DateTimeOffset At, PrefixState From, PrefixState To, string Says);

/// <summary>A test that an agent of the customer's would run. There are no agents: it is kept, and has no result.</summary>
public sealed record MonitorTest(string Name, string SourceAgent, string Destination, int DestinationPort, int FrequencySeconds);

/// <summary>A whole Peering Service as wanted (PUT).</summary>
public sealed record PutPeeringService(
    DateTimeOffset At,
    ResourceId Id,
    string Location,
    ImmutableSortedDictionary<string, string>? Tags,
    string? Sku,
    string ServiceLocation,
    string Provider,
    string? PrimaryLocation,
    string? BackupLocation
) : Signal(At), IPut;

/// <summary>A prefix is added (PUT).</summary>
/// <param name="Of">Its name.</param>
public sealed record PutServicePrefix(DateTimeOffset At, string Of, IpPrefix Prefix, string? Key) : Signal(At);

/// <inheritdoc cref="PutServicePrefix"/>
public sealed record DeleteServicePrefix(DateTimeOffset At, string Of) : Signal(At);

/// <summary>What was seen of its prefixes, by name.</summary>
public sealed record ServicePrefixesSeen(DateTimeOffset At, ImmutableSortedDictionary<string, ServicePrefixSeen> Seen) : Signal(At);

public sealed record PutMonitorTest(DateTimeOffset At, MonitorTest Test) : Signal(At);

/// <inheritdoc cref="PutServicePrefix"/>
public sealed record DeleteMonitorTest(DateTimeOffset At, string Of) : Signal(At);

/// <summary>A Peering Service: there, with prefixes that are <c>Pending</c> until they were looked at, and then what was seen of them.</summary>
public sealed class PeeringServiceWorkflow : TrackedWorkflow<PeeringService>
{
    public override string Type => PeeringService.ResourceType;

    protected override string Called => "peering service";

    protected override JsonTypeInfo<PeeringService> Json => PeeringServiceJson.Default.PeeringService;

    public override IReadOnlyList<string> Told =>
        [
            "tags",
            "sku",
            "serviceLocation",
            "provider",
            "primaryLocation",
            "backupLocation",
            "prefixes[name].prefix",
            "monitorTests[name].sourceAgent",
            "monitorTests[name].destination",
            "monitorTests[name].destinationPort",
            "monitorTests[name].frequencySeconds",
        ];

    protected override Decision<PeeringService> DecideOn(PeeringService? current, Signal signal) =>
        (current, signal) switch
        {
            (null, PutPeeringService put) => Move(Made(put), $"at {put.ServiceLocation} by {put.Provider}"),
            ({ } c, PutPeeringService put) => Move(
                c with
                {
                    Tags = put.Tags,
                    Sku = put.Sku,
                    ServiceLocation = put.ServiceLocation,
                    Provider = put.Provider,
                    PrimaryLocation = put.PrimaryLocation,
                    BackupLocation = put.BackupLocation,
                },
                $"at {put.ServiceLocation} by {put.Provider}"
            ),
            (null, ServicePrefixesSeen) => Stay("there is no such peering service"),
            (null, _) => Refuse(Refusal.NotFound("ResourceNotFound", "There is no such peering service.")),
            ({ }, DeleteResource) => End("deleted by its owner"),
            ({ } c, PutServicePrefix put) => Put(c, put),
            ({ } c, DeleteServicePrefix gone) => Find(c, gone.Of) is { } found
                ? Move(c with { Prefixes = c.Prefixes.Remove(found) }, $"{found.Prefix} goes")
                : Stay("there is no such prefix"),
            ({ } c, ServicePrefixesSeen seen) => See(c, seen),
            ({ } c, PutMonitorTest put) => Put(c, put.Test),
            ({ } c, DeleteMonitorTest gone) => FindTest(c, gone.Of) is { } found
                ? Move(c with { MonitorTests = c.MonitorTests.Remove(found) }, $"test {found.Name} goes")
                : Stay("there is no such test"),
            _ => throw new ArgumentException($"{signal.Name} is not a signal of peering services.", nameof(signal)),
        };

    public override IEnumerable<string> LabelsOf(PeeringService resource) =>
        resource.Prefixes.IsEmpty ? [] : [PeeringService.PrefixesLabel];

    protected override IEnumerable<string> AnnouncementsOf(PeeringService? before, PeeringService? after) => [PeeringService.Announcement];

    private static PeeringService Made(PutPeeringService put) =>
        new()
        {
            Id = put.Id,
            Location = put.Location,
            Tags = put.Tags,
            Sku = put.Sku,
            ServiceLocation = put.ServiceLocation,
            Provider = put.Provider,
            PrimaryLocation = put.PrimaryLocation,
            BackupLocation = put.BackupLocation,
        };

    private static ServicePrefix? Find(PeeringService service, string name) =>
        service.Prefixes.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static MonitorTest? FindTest(PeeringService service, string name) =>
        service.MonitorTests.FirstOrDefault(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static Decision<PeeringService> Put(PeeringService current, PutServicePrefix put)
    {
        if (Find(current, put.Of) is { } found)
            return found.Prefix == put.Prefix && found.Key == put.Key
                ? Stay("nothing changes")
                : Refuse(
                    Refusal.Conflict(
                        "PropertyChangeNotAllowed",
                        $"'{found.Name}' is {found.Prefix} and stays as it is: delete it, and add another.",
                        "properties.prefix"
                    )
                );
        if (current.Prefixes.FirstOrDefault(p => p.Prefix == put.Prefix) is { } twice)
            return Refuse(Refusal.Conflict("PrefixAlreadyAdded", $"{put.Prefix} is there as '{twice.Name}'.", "properties.prefix"));
        if (current.Prefixes.Length >= PeeringService.MostPrefixes)
            return Refuse(
                Refusal.Conflict("TooManyPrefixes", $"A peering service has at most {PeeringService.MostPrefixes} prefixes: make another.")
            );
        return Move(
            current with
            {
                Prefixes = current.Prefixes.Add(
                    new ServicePrefix(put.Of, put.Prefix, put.Key)
                    {
                        Seen = new ServicePrefixSeen(PrefixState.Pending, LearnedType.None, null),
                    }
                ),
            },
            $"{put.Prefix} is to be looked at"
        );
    }

    private static Decision<PeeringService> Put(PeeringService current, MonitorTest test)
    {
        MonitorTest? found = FindTest(current, test.Name);
        if (found is null && current.MonitorTests.Length >= PeeringService.MostTests)
            return Refuse(
                Refusal.Conflict(
                    "TooManyTests",
                    $"A peering service has at most {PeeringService.MostTests} tests: delete those that nobody reads."
                )
            );
        return found == test
            ? Stay("nothing changes")
            : Move(
                current with
                {
                    MonitorTests = found is null
                        ? current.MonitorTests.Add(test)
                        : current.MonitorTests.Replace(found, test with { Name = found.Name }),
                },
                $"test {test.Name} to {test.Destination}"
            );
    }

    private static Decision<PeeringService> See(PeeringService current, ServicePrefixesSeen signal)
    {
        var changed = new List<string>();
        ImmutableArray<ServicePrefix> prefixes =
        [
            .. current.Prefixes.Select(p =>
            {
                if (!signal.Seen.TryGetValue(p.Name, out ServicePrefixSeen? seen) || seen == p.Seen)
                    return p;
                changed.Add($"{p.Prefix} is {seen.State}");
                ImmutableArray<ServicePrefixEvent> events =
                    seen.State == p.Seen.State
                        ? p.Events
                        : p.Events.Add(
                            new ServicePrefixEvent(signal.At, p.Seen.State, seen.State, seen.Error ?? "It is received as it should be.")
                        );
                return p with
                {
                    Seen = seen,
                    Events =
                        events.Length > ServicePrefix.MostEvents ? events.RemoveRange(0, events.Length - ServicePrefix.MostEvents) : events,
                };
            }),
        ];
        return changed.Count == 0
            ? Stay("nothing new was seen of its prefixes")
            : Move(current with { Prefixes = prefixes }, string.Join(", ", changed));
    }
}

/// <summary>How a Peering Service stands in its document.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(IpPrefixConverter), typeof(ResourceIdConverter)]
)]
[JsonSerializable(typeof(PeeringService))]
internal sealed partial class PeeringServiceJson : JsonSerializerContext;
