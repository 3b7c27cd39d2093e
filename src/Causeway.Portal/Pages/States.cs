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
    public static Fragment Fragment(
        Asked asked,
        string id,
        Func<Task<JsonNode>> read,
        Func<Task<IReadOnlyList<(string From, string To)>>> journal
    ) =>
        new(
            "states",
            [id],
            async () =>
            {
                StateTableBody? table = await TableAsync(asked, PortalPages.TypeOf(id)!);
                // What has one state only goes nowhere: how it does, its facts say.
                if (table is null || table.States.Count(s => s != "absent") < 2)
                    return static _ => { };
                IReadOnlyList<string> now = NowOf(await read(), table.States);
                return Show.All(
                    Show.Heading(asked.Words["portal state"]),
                    Show.Of<StateMachine>(
                        (nameof(StateMachine.Words), asked.Words),
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
