using System.Collections.Immutable;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Causeway.Primitives;
using Causeway.Workflows;

namespace Causeway.Domain.Resources;

/// <summary>A subscription: who pays, and the scope roles are given on.</summary>
/// <param name="Key">The id as text.</param>
/// <param name="Unregistered">Namespaces whose registration was taken back; every other one is registered.</param>
/// <param name="TagNames">Names of tags that were written down beforehand, with the values that each may have; nothing is held to them.</param>
/// <param name="CanceledOn">Since when it is canceled: what is in it can be read and deleted, nothing can be created or changed.</param>
public sealed record Subscription(
    string Key,
    string DisplayName,
    string TenantId,
    ImmutableSortedSet<string> Unregistered,
    ImmutableSortedDictionary<string, string> Tags,
    DateTimeOffset? CanceledOn = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        ImmutableSortedDictionary<string, ImmutableSortedSet<string>>? TagNames = null
) : IResource
{
    public const string ResourceType = "Microsoft.Resources/subscriptions";

    /// <summary>The values that were written down of a name of tags; null when the name was not.</summary>
    public ImmutableSortedSet<string>? ValuesOf(string tagName) => NameOf(tagName) is { } known ? TagNames![known] : null;

    /// <summary>A name of tags as it was written down first.</summary>
    public string? NameOf(string tagName) => TagNames?.Keys.FirstOrDefault(k => k.Equals(tagName, StringComparison.OrdinalIgnoreCase));

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

    /// <param name="Value">Null writes down the name alone.</param>
    public sealed record NameTag(string Tag, string? Value, DateTimeOffset At) : SubscriptionSignal(At);

    /// <param name="Value">Null takes the name back, which has to have no values any more.</param>
    public sealed record UnnameTag(string Tag, string? Value, DateTimeOffset At) : SubscriptionSignal(At);

    public sealed record Register(string Namespace, DateTimeOffset At) : SubscriptionSignal(At);

    public sealed record Unregister(string Namespace, DateTimeOffset At) : SubscriptionSignal(At);
}

public sealed class SubscriptionWorkflow : Workflow<Subscription>
{
    public override string Type => Subscription.ResourceType;

    protected override JsonTypeInfo<Subscription> Json => SubscriptionJson.Default.Subscription;

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
            ({ }, SubscriptionSignal.NameTag name) => Name(current, name),
            ({ }, SubscriptionSignal.UnnameTag name) => Unname(current, name),
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
            _ => throw new System.Diagnostics.UnreachableException($"{current} + {signal}"),
        };

    private static Decision<Subscription> Name(Subscription current, SubscriptionSignal.NameTag name) =>
        (current.ValuesOf(name.Tag), name.Value) switch
        {
            (null, null) => With(current, name.Tag, [], $"Tag {name.Tag} named."),
            (null, _) => new Decision<Subscription>.Refuse(NoSuchTag(name.Tag)),
            ({ }, null) => new Decision<Subscription>.Stay("It has that name."),
            ({ } values, { } value) when values.Contains(value) => new Decision<Subscription>.Stay("It has that value."),
            ({ } values, { } value) => With(current, name.Tag, values.Add(value), $"Tag {name.Tag} may be {value}."),
        };

    private static Decision<Subscription> Unname(Subscription current, SubscriptionSignal.UnnameTag name) =>
        (current.ValuesOf(name.Tag), name.Value) switch
        {
            (null, _) => new Decision<Subscription>.Stay("There is no such name."),
            ({ IsEmpty: false }, null) => new Decision<Subscription>.Refuse(
                Refusal.Conflict("TagNameHasValues", $"The tag name '{name.Tag}' has values: delete them first.")
            ),
            ({ }, null) => new Decision<Subscription>.Move(
                current with
                {
                    TagNames = current.TagNames!.Count == 1 ? null : current.TagNames.Remove(current.NameOf(name.Tag)!),
                },
                $"Tag {name.Tag} not named any more."
            ),
            ({ } values, { } value) when values.Contains(value) => With(
                current,
                name.Tag,
                values.Remove(value),
                $"Tag {name.Tag} not {value} any more."
            ),
            _ => new Decision<Subscription>.Stay("It has no such value."),
        };

    private static Decision<Subscription>.Move With(Subscription current, string name, ImmutableSortedSet<string> values, string why) =>
        new(
            current with
            {
                TagNames = (current.TagNames ?? ImmutableSortedDictionary<string, ImmutableSortedSet<string>>.Empty).SetItem(
                    current.NameOf(name) ?? name,
                    values
                ),
            },
            why
        );

    private static Refusal NoSuchTag(string name) =>
        Refusal.NotFound("TagNameNotFound", $"The tag name '{name}' is not written down: create it first.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Subscription))]
internal sealed partial class SubscriptionJson : JsonSerializerContext;
