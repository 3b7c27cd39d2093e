using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Causeway.Hosting;

/// <summary>
/// What a YAML file may cost. Aliases let a few lines stand for gigabytes, or for themselves without end, and nesting is read by recursion; a file is looked
/// through, event by event, before anything is made of it.
/// </summary>
public static class BoundedYaml
{
    /// <summary>Deepest nesting; the deepest that any of our files needs is eight.</summary>
    private const int MostDepth = 32;

    /// <summary>Most nodes, those that aliases stand for included.</summary>
    private const long MostNodes = 200_000;

    /// <exception cref="YamlException">It is not YAML, or costs too much.</exception>
    public static void Check(string text)
    {
        var parser = new Parser(new StringReader(text));
        var sizes = new Dictionary<AnchorName, long>();
        // The collections that are open: where each began to count, and the anchor it will be known by.
        var open = new Stack<(long Before, AnchorName Anchor)>();
        long nodes = 0;
        while (parser.MoveNext())
        {
            ParsingEvent e = parser.Current!;
            switch (e)
            {
                case MappingStart or SequenceStart:
                    open.Push((nodes++, ((NodeEvent)e).Anchor));
                    if (open.Count > MostDepth)
                        throw Refused(e, $"it is nested more than {MostDepth} deep");
                    break;
                case MappingEnd or SequenceEnd:
                    (long before, AnchorName anchor) = open.Pop();
                    if (!anchor.IsEmpty)
                        sizes[anchor] = nodes - before;
                    break;
                case Scalar scalar:
                    nodes++;
                    if (!scalar.Anchor.IsEmpty)
                        sizes[scalar.Anchor] = 1;
                    break;
                case AnchorAlias alias:
                    if (open.Any(o => o.Anchor == alias.Value))
                        throw Refused(e, $"the alias *{alias.Value} stands for something that it is part of");
                    // An alias of nothing is the reader's to refuse.
                    nodes += sizes.GetValueOrDefault(alias.Value, 1);
                    break;
            }
            if (nodes > MostNodes)
                throw Refused(e, $"it has more than {MostNodes} values, those that aliases stand for included");
        }
    }

    private static YamlException Refused(ParsingEvent e, string why) => new(e.Start, e.End, $"This file is not read: {why}.");
}
