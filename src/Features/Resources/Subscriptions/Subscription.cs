using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Resources;

/// <summary>A subscription: who pays, and the scope roles are given on.</summary>
/// <param name="Key">The id as text.</param>
/// <param name="Unregistered">Namespaces whose registration was taken back; every other one is registered.</param>
/// <param name="CanceledOn">Since when it is canceled: what is in it can be read and deleted, nothing can be created or changed.</param>
public sealed record Subscription(
    string Key,
    string DisplayName,
    string TenantId,
    ImmutableSortedSet<string> Unregistered,
    ImmutableSortedDictionary<string, string> Tags,
    DateTimeOffset? CanceledOn = null
) : IResource
{
    public const string ResourceType = "Microsoft.Resources/subscriptions";

    /// <summary>Namespaces of Azure that have nothing here and were registered all the same.</summary>
    public ImmutableSortedSet<string> Foreign
    {
        get;
        // Documents from before they were kept have none.
        init => field = value ?? [];
    } = [];

    /// <summary>Tag names that were defined beforehand, in any case, with the values that were.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedSet<string>> TagNames
    {
        get;
        // Documents from before names were defined have none.
        init => field = value is null ? s_none : value.WithComparers(StringComparer.OrdinalIgnoreCase);
    } = s_none;

    private static readonly ImmutableSortedDictionary<string, ImmutableSortedSet<string>> s_none = ImmutableSortedDictionary.Create<
        string,
        ImmutableSortedSet<string>
    >(StringComparer.OrdinalIgnoreCase);

    [JsonIgnore]
    public ResourceId Id => ResourceId.Parse(Key);

    [JsonIgnore]
    public string Location => "";

    [JsonIgnore]
    public string StateName => CanceledOn is null ? "Enabled" : "Disabled";
}

/// <summary>What can happen to a subscription.</summary>
public abstract record SubscriptionSignal(DateTimeOffset At) : Signal(At)
{
    public sealed record Open(ResourceId Id, string DisplayName, string TenantId, DateTimeOffset At) : SubscriptionSignal(At);

    public sealed record Rename(string DisplayName, DateTimeOffset At) : SubscriptionSignal(At);

    public sealed record Cancel(DateTimeOffset At) : SubscriptionSignal(At);

    public sealed record Enable(DateTimeOffset At) : SubscriptionSignal(At);

    public sealed record SetTags(ImmutableSortedDictionary<string, string> Tags, DateTimeOffset At) : SubscriptionSignal(At);

    /// <param name="Value">Null for the name alone.</param>
    public sealed record DefineTag(string Tag, string? Value, DateTimeOffset At) : SubscriptionSignal(At);

    /// <param name="Value">Null for the name with all of its values.</param>
    public sealed record ForgetTag(string Tag, string? Value, DateTimeOffset At) : SubscriptionSignal(At);

    public sealed record Register(string Namespace, DateTimeOffset At) : SubscriptionSignal(At);

    public sealed record Unregister(string Namespace, DateTimeOffset At) : SubscriptionSignal(At);

    /// <summary>Registers a namespace that has nothing here, or takes that back.</summary>
    public sealed record SetForeign(string Namespace, bool Registered, DateTimeOffset At) : SubscriptionSignal(At);
}

public sealed class SubscriptionWorkflow : Workflow<Subscription>
{
    public override string Type => Subscription.ResourceType;

    protected override JsonTypeInfo<Subscription> Json => SubscriptionJson.Default.Subscription;

    public override IReadOnlyList<string> Told => ["displayName", "tags", "unregistered"];

    /// <summary>Every node remembers whether a subscription is disabled, and which providers it has.</summary>
    protected override bool IsAnnounced => true;

    public override Decision<Subscription> Decide(Subscription? current, Signal signal) =>
        (current, signal) switch
        {
            (null, SubscriptionSignal.Open open) => new Decision<Subscription>.Move(
                new Subscription(
                    open.Id.Text,
                    open.DisplayName,
                    open.TenantId,
                    ImmutableSortedSet<string>.Empty,
                    ImmutableSortedDictionary<string, string>.Empty
                ),
                "Subscription opened."
            ),
            ({ }, SubscriptionSignal.Open) => new Decision<Subscription>.Stay("It is open already."),
            (null, _) => new Decision<Subscription>.Refuse(
                Refusal.NotFound("SubscriptionNotFound", "The subscription could not be found.")
            ),
            ({ }, SubscriptionSignal.Rename rename) => rename.DisplayName == current.DisplayName
                ? new Decision<Subscription>.Stay("That is its name.")
                : new Decision<Subscription>.Move(
                    current with
                    {
                        DisplayName = rename.DisplayName,
                    },
                    $"Renamed from {current.DisplayName} to {rename.DisplayName}."
                ),
            ({ CanceledOn: null }, SubscriptionSignal.Cancel cancel) => new Decision<Subscription>.Move(
                current with
                {
                    CanceledOn = cancel.At,
                },
                "Subscription canceled."
            ),
            ({ }, SubscriptionSignal.Cancel) => new Decision<Subscription>.Stay("It is canceled."),
            ({ CanceledOn: null }, SubscriptionSignal.Enable) => new Decision<Subscription>.Stay("It is enabled."),
            ({ }, SubscriptionSignal.Enable) => new Decision<Subscription>.Move(
                current with
                {
                    CanceledOn = null,
                },
                "Subscription enabled."
            ),
            ({ }, SubscriptionSignal.SetTags tags) => new Decision<Subscription>.Move(current with { Tags = tags.Tags }, "Tags written."),
            ({ }, SubscriptionSignal.DefineTag define) => Define(current, define),
            ({ }, SubscriptionSignal.ForgetTag forget) => Forget(current, forget),
            ({ }, SubscriptionSignal.Register register) => current.Unregistered.Contains(register.Namespace)
                ? new Decision<Subscription>.Move(
                    current with
                    {
                        Unregistered = current.Unregistered.Remove(register.Namespace),
                    },
                    $"{register.Namespace} registered."
                )
                : new Decision<Subscription>.Stay("It is registered."),
            ({ }, SubscriptionSignal.Unregister unregister) => current.Unregistered.Contains(unregister.Namespace)
                ? new Decision<Subscription>.Stay("It is not registered.")
                : new Decision<Subscription>.Move(
                    current with
                    {
                        Unregistered = current.Unregistered.Add(unregister.Namespace),
                    },
                    $"{unregister.Namespace} unregistered."
                ),
            ({ }, SubscriptionSignal.SetForeign set) when current.Foreign.Contains(set.Namespace) == set.Registered =>
                new Decision<Subscription>.Stay(set.Registered ? "It is registered." : "It is not registered."),
            ({ }, SubscriptionSignal.SetForeign set) => new Decision<Subscription>.Move(
                current with
                {
                    Foreign = set.Registered ? current.Foreign.Add(set.Namespace) : current.Foreign.Remove(set.Namespace),
                },
                $"{set.Namespace} {(set.Registered ? "registered" : "unregistered")}; it has nothing here."
            ),
            _ => throw new System.Diagnostics.UnreachableException($"{current} + {signal}"),
        };

    private static Decision<Subscription> Define(Subscription current, SubscriptionSignal.DefineTag define)
    {
        ImmutableSortedSet<string>? known = current.TagNames.GetValueOrDefault(define.Tag);
        if (known is not null && (define.Value is null || known.Contains(define.Value)))
            return new Decision<Subscription>.Stay("It is defined.");
        if (known is null && current.TagNames.Count >= MostTagNames)
            return new Decision<Subscription>.Refuse(
                Refusal.Conflict("TagNameLimitReached", $"A subscription defines at most {MostTagNames} tag names: delete some first.")
            );
        known ??= ImmutableSortedSet.Create<string>(StringComparer.Ordinal);
        if (known.Count >= MostTagNames)
            return new Decision<Subscription>.Refuse(
                Refusal.Conflict("TagValueLimitReached", $"A tag name has at most {MostTagNames} defined values: delete some first.")
            );
        return new Decision<Subscription>.Move(
            current with
            {
                TagNames = current.TagNames.SetItem(define.Tag, define.Value is null ? known : known.Add(define.Value)),
            },
            $"Tag {define.Tag} defined."
        );
    }

    private static Decision<Subscription> Forget(Subscription current, SubscriptionSignal.ForgetTag forget) =>
        !current.TagNames.TryGetValue(forget.Tag, out ImmutableSortedSet<string>? known)
        || (forget.Value is not null && !known.Contains(forget.Value))
            ? new Decision<Subscription>.Stay("It is not defined.")
            : new Decision<Subscription>.Move(
                current with
                {
                    TagNames = forget.Value is null
                        ? current.TagNames.Remove(forget.Tag)
                        : current.TagNames.SetItem(forget.Tag, known.Remove(forget.Value)),
                },
                $"Tag {forget.Tag} forgotten."
            );

    private const int MostTagNames = 1000;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Subscription))]
internal sealed partial class SubscriptionJson : JsonSerializerContext;
