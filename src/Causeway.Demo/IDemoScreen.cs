namespace Causeway.Demo;

/// <summary>Where the demo shows itself.</summary>
public interface IDemoScreen
{
    /// <summary>Something happened.</summary>
    void Show(DemoEvent happened);

    /// <summary>The states as they are now; replaces what was shown before.</summary>
    void States(IReadOnlyList<DemoState> states);
}

/// <summary>One line of the table of states.</summary>
/// <param name="Thing">Whose state, in the chosen language: the circuit's two sides, a session.</param>
/// <param name="Member">The member of the API that says it, untranslated.</param>
/// <param name="Good">True when this is where it should end; false when it is on its way.</param>
public sealed record DemoState(string Thing, string Member, string Value, bool Good);
