using Causeway.Language;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Causeway.Demo;

/// <summary>
/// A live table of states above the story as it unfolds. On a terminal the table is redrawn in place; elsewhere (a pipe, a log) the story is printed
/// line by line and states only when they change.
/// </summary>
public sealed class TerminalScreen(IAnsiConsole console, Words words) : IDemoScreen
{
    /// <summary>Characters in a line of running text where nothing else says how wide a line is (a pipe).</summary>
    private const int Paragraph = 100;

    /// <summary>Where the text of an event begins: after the number of the step, or after the time.</summary>
    private const int Indent = 12;

    private readonly Lock _gate = new();
    private readonly List<DemoEvent> _story = [];
    private IReadOnlyList<DemoState> _states = [];
    private LiveDisplayContext? _live;

    /// <summary>Runs the story under a live display.</summary>
    public async Task RunAsync(Func<Task> story)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            Head();
            await story();
            return;
        }
        await console
            .Live(new Text(""))
            .AutoClear(true)
            .StartAsync(async live =>
            {
                lock (_gate)
                {
                    _live = live;
                    Redraw();
                }
                try
                {
                    await story();
                }
                finally
                {
                    lock (_gate)
                        _live = null;
                }
            });
        // The live picture is gone; what stays on the terminal is the whole story.
        Head();
        foreach (DemoEvent e in _story)
            Print(e);
    }

    public void Show(DemoEvent happened)
    {
        lock (_gate)
        {
            _story.Add(happened);
            if (_live is null)
                Print(happened);
            else
                Redraw();
        }
    }

    public void States(IReadOnlyList<DemoState> states)
    {
        lock (_gate)
        {
            if (_states.SequenceEqual(states))
                return;
            _states = states;
            if (_live is not null)
                Redraw();
        }
    }

    private void Head()
    {
        // A rule is as wide as its terminal, and a pipe has no width.
        if (!console.Profile.Capabilities.Ansi)
            console.WriteLine(words["demo title"]);
        else
            console.Write(new Rule($"[bold]{Markup.Escape(words["demo title"])}[/]").LeftJustified());
        foreach (string line in Wrap(words["demo intro"], Math.Min(console.Profile.Width, Paragraph)))
            console.MarkupLine($"[grey]{Markup.Escape(line)}[/]");
        console.WriteLine();
    }

    private void Print(DemoEvent happened)
    {
        foreach (string line in Lines(happened))
            console.MarkupLine(line);
    }

    /// <summary>What fits the terminal: title, states, and as much of the end of the story as there is room for.</summary>
    private void Redraw()
    {
        var shown = new List<IRenderable> { new Rule($"[bold]{Markup.Escape(words["demo title"])}[/]").LeftJustified() };
        if (_story.Count == 0)
            shown.AddRange(Wrap(words["demo intro"], console.Profile.Width).Select(line => new Markup($"[grey]{Markup.Escape(line)}[/]")));
        if (_states.Count > 0)
            shown.Add(Table());
        int room = Math.Max(4, console.Profile.Height - shown.Count - (_states.Count > 0 ? _states.Count + 1 : 0) - 2);
        shown.AddRange(_story.SelectMany(Lines).TakeLast(room).Select(line => new Markup(line)));
        _live?.UpdateTarget(new Rows(shown));
        _live?.Refresh();
    }

    private Table Table()
    {
        Table table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn("");
        foreach (DemoState s in _states)
            table.AddRow(
                new Markup(Markup.Escape(s.Thing)),
                new Markup($"[bold {(s.Good ? "green" : "yellow")}]{Markup.Escape(s.Value)}[/]")
            );
        return table;
    }

    /// <summary>An event as lines of markup, wrapped under where its text begins.</summary>
    private IEnumerable<string> Lines(DemoEvent e)
    {
        (string mark, string colour) = e.Kind switch
        {
            "refused" or "failed" => ("✗", "red"),
            "route" => ("⇄", "blue"),
            "bill" => ("•", "yellow"),
            _ => ("✓", "green"),
        };
        if (e.Kind == "chapter")
        {
            yield return " ";
            yield return $"[bold underline]{Markup.Escape($"{e.Facts["chapter"]}. {e.Text}")}[/]";
            foreach (string line in Wrap(e.Why ?? "", Math.Min(console.Profile.Width, Paragraph)))
                yield return $"[grey]{Markup.Escape(line)}[/]";
            yield break;
        }
        bool step = e.Kind == "step";
        bool first = true;
        if (step)
            yield return " ";
        foreach (string line in Wrap(step ? $"{e.Who} {e.Text}" : e.Text, console.Profile.Width - Indent))
        {
            string text = Markup.Escape(line);
            yield return !first ? new string(' ', Indent) + Coloured(text)
            : step ? $"[bold]{e.Step, Indent - 2}  {text}[/]"
            : $"[grey]{e.At:HH:mm:ss}[/]  [{colour}]{mark}[/] {Coloured(text)}";
            first = false;
        }
        if (e.Why is not null)
            foreach (string line in Wrap(e.Why, console.Profile.Width - Indent))
                yield return $"{new string(' ', Indent)}[grey]{Markup.Escape(line)}[/]";

        string Coloured(string text) =>
            step ? $"[bold]{text}[/]"
            : e.Kind is "refused" or "failed" ? $"[red]{text}[/]"
            : text;
    }

    /// <summary>Breaks at spaces; a word longer than the width stands alone.</summary>
    private static IEnumerable<string> Wrap(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        yield return line;
    }
}
