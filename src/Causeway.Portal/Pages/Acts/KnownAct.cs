namespace Causeway.Portal.Pages.Acts;

/// <summary>An act as the table of all has it: how it is made, what it is for, and where one is who does not want it after all.</summary>
/// <param name="Make">From what is asked, and the id of what it is about.</param>
/// <param name="Types">Of what types a thing has to be, in small letters: a form for another would ask the API what it cannot answer. Empty for what begins with nothing.</param>
internal sealed record KnownAct(Func<Asked, string, Task<Act>> Make, params IReadOnlyList<string> Types)
{
    public KnownAct(Func<Asked, string, Act> make, params IReadOnlyList<string> types)
        : this((asked, on) => Task.FromResult(make(asked, on)), types) { }

    /// <summary>Whether the thing may also be chosen in the form.</summary>
    public bool IsChosen { get; init; }

    /// <summary>The list to which what begins with nothing belongs, below its side; empty for what is about a thing, on whose page it begins.</summary>
    public string List { get; init; } = "";

    /// <summary>In which state a thing is that this is not for, in the words of its type; null for one that it is for.</summary>
    public Func<Asked, string, Task<string?>>? NotIn { get; init; }

    /// <summary>Whether it takes something away: nobody is to press it for looking like what one does next.</summary>
    public bool IsEnding { get; init; }

    /// <summary>Whether it can be about a thing, by its type.</summary>
    public bool IsFor(string on) =>
        on.Length == 0 ? Types.Count == 0 || IsChosen : PortalPages.TypeOf(on) is { } type && Types.Contains(type);
}
