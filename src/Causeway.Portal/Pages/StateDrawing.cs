using System.Globalization;
using Causeway.Contracts.Operations;

namespace Causeway.Portal.Pages;

/// <summary>
/// Where the states of a machine stand in its picture, and how the arrows run. A state stands in the column of its distance from nothing, so that what goes forward
/// runs to the right. No line runs behind a state: what skips a column runs above all of them, what goes back over one below.
/// </summary>
public sealed record StateDrawing(IReadOnlyList<StateDrawing.Box> Boxes, IReadOnlyList<StateDrawing.Way> Ways, int Width, int Height)
{
    public const int BoxWidth = 178;
    public const int BoxHeight = 40;
    private const int Across = 84;
    private const int Down = 34;

    /// <param name="X">Of its left upper corner.</param>
    public sealed record Box(string State, int X, int Y);

    /// <param name="Path">As SVG has it.</param>
    public sealed record Way(string From, string To, string Path);

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
        StateMoveBody[] moves = [.. table.Moves.Where(m => m.From != absent && m.To != absent && m.From != m.To)];
        int over = moves.Count(m => rank[m.To] > rank[m.From] + 1);
        int under = moves.Count(m => rank[m.To] < rank[m.From] - 1);
        int top = Margin + Room(over);
        var boxes = new Dictionary<string, Box>(StringComparer.Ordinal);
        foreach (IGrouping<int, string> column in table.States.Where(s => s != absent).GroupBy(s => rank[s]))
        {
            int row = 0;
            foreach (string state in column)
                boxes[state] = new Box(state, Margin + (column.Key - 1) * (BoxWidth + Across), top + row++ * (BoxHeight + Down));
        }
        int bottom = boxes.Count == 0 ? 0 : boxes.Values.Max(b => b.Y) + BoxHeight;
        int right = boxes.Count == 0 ? 0 : boxes.Values.Max(b => b.X) + BoxWidth;
        var lanes = new Lanes(Margin, bottom);
        var ways = new List<Way>();
        foreach (StateMoveBody move in moves)
            if (boxes.TryGetValue(move.From, out Box? from) && boxes.TryGetValue(move.To, out Box? to))
                ways.Add(new Way(move.From, move.To, PathOf(from, to, lanes)));
        // What runs within the last column runs to the right of it.
        int beside = moves.Any(m => boxes.TryGetValue(m.From, out Box? f) && boxes.TryGetValue(m.To, out Box? t) && IsBeside(f, t))
            ? Across
            : 0;
        return new StateDrawing([.. boxes.Values], ways, right + beside + Margin, bottom + Room(under) + Margin);
    }

    private const int Margin = 12;

    /// <summary>Between two lines that run beside each other.</summary>
    private const int Apart = 10;

    private static int Room(int lanes) => lanes == 0 ? 0 : (lanes + 1) * Apart;

    /// <summary>Where the next line runs over, under or between the boxes, so that none runs behind one and few upon each other.</summary>
    private sealed class Lanes(int top, int bottom)
    {
        private readonly Dictionary<int, int> _gaps = [];
        private int _over;
        private int _under;

        public int Over() => top + Apart * _over++;

        public int Under() => bottom + Apart * ++_under;

        /// <summary>In the gap that begins at an edge of a column's boxes.</summary>
        public int Beside(int edge)
        {
            int used = _gaps.GetValueOrDefault(edge);
            _gaps[edge] = used + 1;
            return edge + 14 + used * 9 % (Across - 28);
        }
    }

    /// <summary>Whether a line within a column has to go round what stands between.</summary>
    private static bool IsBeside(Box from, Box to) => from.X == to.X && Math.Abs(from.Y - to.Y) > BoxHeight + Down;

    private static string PathOf(Box from, Box to, Lanes lanes)
    {
        // There and back are two lines.
        int leaves = from.Y + BoxHeight / 2 + (to.X < from.X ? 8 : -4);
        int enters = to.Y + BoxHeight / 2 + (to.X < from.X ? 8 : -4);
        int step = BoxWidth + Across;
        if (to.X == from.X + step)
        {
            int bend = (to.X + from.X + BoxWidth) / 2;
            return Invariant($"M{from.X + BoxWidth} {leaves}C{bend} {leaves} {bend} {enters} {to.X - 2} {enters}");
        }
        if (to.X == from.X - step)
        {
            int bend = (from.X + to.X + BoxWidth) / 2;
            return Invariant($"M{from.X} {leaves}C{bend} {leaves} {bend} {enters} {to.X + BoxWidth + 2} {enters}");
        }
        if (IsBeside(from, to))
        {
            int x = lanes.Beside(from.X + BoxWidth);
            return Invariant($"M{from.X + BoxWidth} {leaves}L{x} {leaves}L{x} {enters + 8}L{to.X + BoxWidth + 2} {enters + 8}");
        }
        if (to.X == from.X)
        {
            bool downwards = to.Y > from.Y;
            int x = from.X + (downwards ? BoxWidth / 3 : BoxWidth * 2 / 3);
            return Invariant($"M{x} {(downwards ? from.Y + BoxHeight : from.Y)}L{x} {(downwards ? to.Y - 2 : to.Y + BoxHeight + 2)}");
        }
        bool forward = to.X > from.X;
        int lane = forward ? lanes.Over() : lanes.Under();
        int first = lanes.Beside(forward ? from.X + BoxWidth : from.X - Across);
        int second = lanes.Beside(forward ? to.X - Across : to.X + BoxWidth);
        return Invariant(
            $"M{(forward ? from.X + BoxWidth : from.X)} {leaves}L{first} {leaves}L{first} {lane}L{second} {lane}L{second} {enters}L{(forward ? to.X - 2 : to.X + BoxWidth + 2)} {enters}"
        );
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
