using System.Text.Json.Nodes;
using Causeway.Client;
using Causeway.Client.Operations;
using Causeway.Contracts.Operations;
using Causeway.Portal.Components;
using Microsoft.AspNetCore.Components;

namespace Causeway.Portal.Pages;

/// <summary>The state machine of a type as a picture, from the table that its workflow is tested against.</summary>
internal static class States
{
    /// <summary>The machine of a resource's type, and where it is on it.</summary>
    /// <param name="read">The resource as the API shows it.</param>
    /// <param name="journal">From which state it came to which, entry by entry.</param>
    /// <param name="type">Whose states it has; null for its own type.</param>
    /// <param name="isOpen">Whether a way of its type is one that this resource can go; null where all are.</param>
    public static Fragment Fragment(
        Asked asked,
        string id,
        Func<Task<JsonNode>> read,
        Func<Task<IReadOnlyList<(string From, string To)>>> journal,
        Func<JsonNode, StateMoveBody, bool>? isOpen = null,
        string? type = null
    ) =>
        new(
            "states",
            [id],
            async () =>
            {
                StateTableBody? table = await TableAsync(asked, type ?? PortalPages.TypeOf(id)!);
                // What has one state only goes nowhere: how it does, its facts say.
                if (table is null || table.States.Count(s => s != "absent") < 2)
                    return static _ => { };
                JsonNode resource = await read();
                IReadOnlyList<string> now = NowOf(resource, table.States);
                // A type whose resources do not call their states has none to show: what its table tells apart, only its tests call so.
                if (now.Count == 0)
                    return static _ => { };
                if (isOpen is not null)
                {
                    StateMoveBody[] ways = [.. table.Moves.Where(m => m.From == "absent" || isOpen(resource, m))];
                    table = table with
                    {
                        States =
                        [
                            .. table.States.Where(s => now.Contains(s) || ways.Any(w => w.From == s || (w.To == s && w.From != "absent"))),
                        ],
                        Moves = ways,
                    };
                }
                return Show.All(
                    Show.Heading(asked.Words["portal state"]),
                    Show.Of<StateMachine>(
                        (nameof(StateMachine.Words), asked.Words),
                        (nameof(StateMachine.Type), table.Type),
                        (nameof(StateMachine.Drawn), StateDrawing.Of(table)),
                        (nameof(StateMachine.Now), now),
                        (nameof(StateMachine.Passed), (await journal()).ToHashSet())
                    )
                );
            }
        );

    /// <summary>Null for a type that has no states of its own.</summary>
    private static async Task<StateTableBody?> TableAsync(Asked asked, string type)
    {
        try
        {
            return (await asked.Client.Operations.StatesAsync(type, asked.Cancellation)).Body;
        }
        catch (ArmException e) when (e.Status == 400)
        {
            return null;
        }
    }

    /// <summary>
    /// What leads to a state, in words: what happens, not how a test of the type calls it. Mostly the state itself says enough of it; where it is come to in several ways,
    /// the one before does too. Null where nobody has words for it.
    /// </summary>
    internal static string? LeadsTo(Language.Words words, string type, string from, string to)
    {
        string name = type[(type.LastIndexOf('/') + 1)..];
        return words.Has($"portal way {name} {from} {to}") ? words[$"portal way {name} {from} {to}"]
            : words.Has($"portal way {name} {to}") ? words[$"portal way {name} {to}"]
            : null;
    }

    /// <summary>In which states a resource is, by what it shows of itself; several, where its parts have each their own.</summary>
    internal static IReadOnlyList<string> NowOf(JsonNode resource, IReadOnlyList<string> states)
    {
        string[] real = [.. states.Where(s => s != "absent")];
        return
        [
            .. Said(resource)
                .Select(said => real.FirstOrDefault(s => s.Equals(said, StringComparison.OrdinalIgnoreCase)))
                .OfType<string>()
                .Distinct(),
        ];
    }

    /// <summary>What a resource calls its states, wherever in it. A ticket says by whom it waits.</summary>
    private static IEnumerable<string> Said(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach ((string name, JsonNode? value) in members)
                    if (value is not JsonValue)
                        foreach (string below in Said(value))
                            yield return below;
                    else if (name.EndsWith("tate", StringComparison.Ordinal) || name.EndsWith("tatus", StringComparison.Ordinal))
                        yield return value.ToString();
                    else if (name == "actsNext")
                        yield return $"With{value}";
                break;
            case JsonArray list:
                foreach (string below in list.SelectMany(Said))
                    yield return below;
                break;
        }
    }
}
