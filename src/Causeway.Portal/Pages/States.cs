using Causeway.Client.Operations;
using Causeway.Portal.Components;
using Microsoft.AspNetCore.Components;

namespace Causeway.Portal.Pages;

/// <summary>The state machine of a type as a picture, from the table that its workflow is tested against.</summary>
internal static class States
{
    /// <param name="now">The state that it is in.</param>
    /// <param name="journal">From which state it came to which, entry by entry.</param>
    public static async Task<RenderFragment> OfAsync(Asked asked, string type, string now, IEnumerable<(string From, string To)> journal)
    {
        var table = (await asked.Client.Operations.StatesAsync(type, asked.Cancellation)).Body;
        return Show.Of<StateMachine>(
            (nameof(StateMachine.Words), asked.Words),
            (nameof(StateMachine.Drawn), StateDrawing.Of(table)),
            (nameof(StateMachine.Now), now),
            (nameof(StateMachine.Passed), journal.ToHashSet())
        );
    }
}
