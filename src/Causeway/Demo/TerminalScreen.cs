using Spectre.Console;
using Spectre.Console.Rendering;

namespace Causeway.Demo;

/// <summary>
/// A live table of states above the story as it unfolds. On a terminal the table is redrawn in place; elsewhere (a pipe, a log) the story is printed
/// line by line and states only when they change.
/// </summary>
public sealed class TerminalScreen(IAnsiConsole console, string title) : IDemoScreen
{
    private readonly Lock _gate = new();
    private readonly List<DemoEvent> _story = [];
    private IReadOnlyList<DemoState> _states = [];
    private LiveDisplayContext? _live;

    /// <summary>Runs the story under a live display.</summary>
    public async Task RunAsync(Func<Task> story)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            await story();
            return;
        }
        await console
            .Live(new Text(""))
            .AutoClear(true)
            .StartAsync(async live =>
            {
                lock (_gate)
                    _live = live;
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
        // The live picture is gone; what stays on the terminal is the whole story and the last states.
        foreach (DemoEvent e in _story)
            console.MarkupLine(Line(e));
        if (_states.Count > 0)
            console.Write(Table());
    }

    public void Show(DemoEvent happened)
    {
        lock (_gate)
        {
            _story.Add(happened);
            if (_live is null)
                console.MarkupLine(Line(happened));
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

    private void Redraw()
    {
        int room = Math.Max(4, (console.Profile.Height - _states.Count - 6) * 2 / 3);
        IEnumerable<IRenderable> story = _story.TakeLast(room).Select(e => new Markup(Line(e)) { Overflow = Overflow.Ellipsis });
        _live?.UpdateTarget(new Rows(new Rule($"[bold]{Markup.Escape(title)}[/]").LeftJustified(), Table(), new Text(""), new Rows(story)));
        _live?.Refresh();
    }

    private Table Table()
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("").AddColumn("").AddColumn("").HideHeaders();
        foreach (DemoState s in _states)
            table.AddRow(
                new Markup($"[bold]{Markup.Escape(s.Thing)}[/]"),
                new Markup($"[grey]{Markup.Escape(s.What)}[/]"),
                new Markup($"[{(s.Good ? "green" : "yellow")}]{Markup.Escape(s.Value)}[/]")
            );
        return table;
    }

    private static string Line(DemoEvent e)
    {
        string text = Markup.Escape(e.Text);
        return e.Kind switch
        {
            "step" => $"[bold]{e.Step, 2}  {Markup.Escape(e.Who), -9}[/] {text}",
            "refused" => $"[grey]{e.At:HH:mm:ss}[/]     [red]✗ {text}[/]",
            "failed" => $"[bold red]{text}[/]",
            "route" => $"[grey]{e.At:HH:mm:ss}[/]     [blue]⇄ {text}[/]",
            _ => $"[grey]{e.At:HH:mm:ss}[/]     [green]✓[/] {text}",
        };
    }
}
