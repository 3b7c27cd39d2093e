using System.Text.Json.Nodes;
using Causeway.Client;

namespace Causeway.Portal.Pages.Acts;

/// <summary>What all acts are made of, said once: an act is called by its name in words, is about one thing or begins with none, and belongs to a side.</summary>
internal static class Made
{
    /// <param name="name">As in the path; its title is the word of that name.</param>
    /// <param name="about">The place in the templates at which the id of what it is about stands, and the id; null for what begins with nothing.</param>
    /// <param name="request">Method and path, such as <c>PUT {circuit}/peerings/MicrosoftPeering</c>.</param>
    /// <param name="button">What the button says.</param>
    /// <param name="lines">What does the same on the command line.</param>
    /// <param name="fields">What it asks for, in their order.</param>
    public static Act Of(
        Asked asked,
        Side side,
        string name,
        (string Place, string Id)? about,
        string request,
        string version,
        JsonNode? body,
        string button,
        IReadOnlyList<Command> lines,
        params IReadOnlyList<Field> fields
    )
    {
        int space = request.IndexOf(' ', StringComparison.Ordinal);
        return new Act(
            name,
            about is { } of ? asked.Words[$"portal act {name}", Ids.NameOf(of.Id)] : asked.Words[$"portal act {name}"],
            request[..space],
            request[(space + 1)..],
            version,
            body,
            lines
        )
        {
            On = about?.Id ?? "",
            Given = about is { } given ? new Dictionary<string, string> { [given.Place] = given.Id } : [],
            Button = button,
            Side = PortalPages.SideOf(asked, side),
            Fields = fields,
        };
    }
}
