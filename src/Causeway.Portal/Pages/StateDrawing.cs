using System.Globalization;
using Causeway.Contracts.Operations;

namespace Causeway.Portal.Pages;

/// <summary>
/// Where the states of a machine stand in its picture, and how the arrows run. A state stands in the column of its distance from nothing, so that what goes forward
/// runs to the right; what goes back runs below.
/// </summary>
public sealed record StateDrawing(IReadOnlyList<StateDrawing.Box> Boxes, IReadOnlyList<StateDrawing.Way> Ways, int Width, int Height)
{
    public const int BoxWidth = 178;
    public const int BoxHeight = 40;
    private const int Across = 70;
    private const int Down = 34;

    /// <param name="X">Of its left upper corner.</param>
    public sealed record Box(string State, int X, int Y);

    /// <param name="Path">As SVG has it.</param>
    public sealed record Way(string From, string To, IReadOnlyList<string> Signals, string Path);

    public static StateDrawing Of(StateTableBody table)
    {
        const string absent = "absent";
        var rank = new Dictionary<string, int>(StringComparer.Ordinal) { [absent] = 0 };
        var next = new Queue<string>([absent]);
        while (next.TryDequeue(out string? from))
            foreach (StateMoveBody move in table.Moves.Where(m => m.From == from && m.To != absent))
                if (rank.TryAdd(move.To, rank[from] + 1))
                    next.Enqueue(move.To);
        foreach (string state in table.States)
            rank.TryAdd(state, 1);
        var boxes = new Dictionary<string, Box>(StringComparer.Ordinal);
        foreach (IGrouping<int, string> column in table.States.Where(s => s != absent).GroupBy(s => rank[s]))
        {
            int row = 0;
            foreach (string state in column)
                boxes[state] = new Box(state, 12 + (column.Key - 1) * (BoxWidth + Across), 12 + row++ * (BoxHeight + Down));
        }
        int bottom = boxes.Count == 0 ? 0 : boxes.Values.Max(b => b.Y) + BoxHeight;
        int width = boxes.Count == 0 ? 0 : boxes.Values.Max(b => b.X) + BoxWidth + 12;
        var ways = new List<Way>();
        int back = 0;
        foreach (StateMoveBody move in table.Moves)
            if (boxes.TryGetValue(move.From, out Box? from) && boxes.TryGetValue(move.To, out Box? to))
                ways.Add(new Way(move.From, move.To, move.Signals, PathOf(from, to, bottom, ref back)));
        return new StateDrawing([.. boxes.Values], ways, width, bottom + 12 + (back == 0 ? 0 : 22 + back * 12));
    }

    private static string PathOf(Box from, Box to, int bottom, ref int back)
    {
        int middleFrom = from.Y + BoxHeight / 2;
        int middleTo = to.Y + BoxHeight / 2;
        if (to.X > from.X)
        {
            int bend = (to.X + from.X + BoxWidth) / 2;
            return Invariant($"M{from.X + BoxWidth} {middleFrom}C{bend} {middleFrom} {bend} {middleTo} {to.X - 2} {middleTo}");
        }
        if (to.X == from.X)
        {
            bool downwards = to.Y > from.Y;
            int x = from.X + (downwards ? BoxWidth / 3 : BoxWidth * 2 / 3);
            return Invariant($"M{x} {(downwards ? from.Y + BoxHeight : from.Y)}L{x} {(downwards ? to.Y - 2 : to.Y + BoxHeight + 2)}");
        }
        int below = bottom + 16 + back++ * 12;
        return Invariant(
            $"M{from.X + BoxWidth / 2} {from.Y + BoxHeight}L{from.X + BoxWidth / 2} {below}L{to.X + BoxWidth / 2 + 8} {below}L{to.X + BoxWidth / 2 + 8} {to.Y + BoxHeight + 2}"
        );
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
