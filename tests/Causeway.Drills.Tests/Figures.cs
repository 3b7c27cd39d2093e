using System.Globalization;
using System.Text;

namespace Causeway.Drills.Tests;

/// <summary>The figures of one drill. Those in <see cref="Faults"/> have to be 0.</summary>
internal sealed class Figures(string drill)
{
    private readonly List<(string Name, string Value)> _said = [];

    public Fault Lost { get; } = new("answers lost");
    public Fault Stuck { get; } = new("operations stuck");
    public Fault Doubled { get; } = new("effects doubled with harm");
    public Fault Dropped { get; } = new("sessions dropped without need");
    public Fault Meters { get; } = new("meters wrong");
    public Fault Answers { get; } = new("wrong answers");

    private Fault[] Faults => [Lost, Stuck, Doubled, Dropped, Meters, Answers];

    public void Say(string name, double value, string unit = "") =>
        _said.Add((name, value.ToString("0.##", CultureInfo.InvariantCulture) + (unit.Length > 0 ? " " + unit : "")));

    /// <summary>Prints the line that docs/reliability.md is made of, and fails when something is not as it has to be.</summary>
    public void Judge()
    {
        var line = new StringBuilder($"drill: {drill}");
        foreach ((string name, string value) in _said)
            line.Append(CultureInfo.InvariantCulture, $" | {name} {value}");
        foreach (Fault fault in Faults)
            line.Append(CultureInfo.InvariantCulture, $" | {fault.Name} {fault.Count}");
        Console.WriteLine(line);
        string[] wrong = [.. Faults.Where(f => f.Count > 0).Select(f => f.ToString())];
        Assert.True(wrong.Length == 0, string.Join("\n", wrong));
    }

    /// <summary>A kind of thing that must not happen, with the cases in which it did.</summary>
    public sealed class Fault(string name)
    {
        private readonly List<string> _cases = [];

        public string Name => name;

        public int Count
        {
            get
            {
                lock (_cases)
                    return _cases.Count;
            }
        }

        public void Add(string what)
        {
            lock (_cases)
                _cases.Add(what);
        }

        public override string ToString()
        {
            lock (_cases)
                return $"{name}: {_cases.Count}\n  {string.Join("\n  ", _cases.Take(10))}";
        }
    }
}
