using System.Text;
using Causeway.Primitives;
using Causeway.Registries.Irr;
using Causeway.Registries.Irr.Rpsl;

namespace Causeway.Registries.Serving.Whois;

/// <summary>Queries as RIPE's whois has them: flags, then an inverse search or what is looked for.</summary>
internal sealed class RipeQuery(WhoisSession session)
{
    private const string Alone = "kKFrBGa";
    private const string WithArgument = "VsTxlLMiq";

    public WhoisReply Run(string query)
    {
        var words = new Stack<string>(query.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Reverse());
        RpslClass[]? kinds = null;
        bool keysOnly = false;
        WhoisAnswer? answer = null;
        WhoisAnswer Routes(IEnumerable<IrrRoute> routes) => session.Objects(Filter(WhoisLookup.Texts(routes), kinds), keysOnly);
        while (answer is null && words.TryPop(out string? word))
        {
            if (!word.StartsWith('-'))
            {
                answer = session.Objects(WhoisLookup.ByText(session.Data, string.Join(' ', words.Prepend(word)), kinds), keysOnly);
                break;
            }
            string flag = word[1..];
            if (flag.Length > 1 && flag[..^1].All(Alone.Contains) && (Alone + WithArgument).Contains(flag[^1]))
            {
                // Written together: -Kk, -rT route.
                foreach (char one in flag.Reverse())
                    words.Push($"-{one}");
                continue;
            }
            string Argument() =>
                words.TryPop(out string? value) ? value : throw new WhoisQueryException($"Missing argument for flag/search: {flag}");
            switch (flag)
            {
                case "k":
                    session.StaysOpen = true;
                    break;
                case "K":
                    keysOnly = true;
                    break;
                case "F" or "r" or "B" or "G":
                    break;
                case "V":
                    Argument();
                    break;
                case "a":
                    session.ChooseSources(null);
                    break;
                case "s":
                    session.ChooseSources(Argument());
                    break;
                case "T":
                    kinds = [.. Argument().Split(',').Select(k => RpslNames.ClassOf(Encoding.UTF8.GetBytes(k.Trim())))];
                    break;
                case "x":
                    answer = Routes(session.Data.Exact(WhoisSession.Prefix(Argument())));
                    break;
                case "l":
                    answer = Routes(session.Data.NearestCovering(WhoisSession.Prefix(Argument())));
                    break;
                case "L":
                    answer = Routes(session.Data.Covering(WhoisSession.Prefix(Argument())));
                    break;
                case "M":
                    answer = Routes(session.Data.Inside(WhoisSession.Prefix(Argument()), session.MaxObjects));
                    break;
                case "i":
                    answer = session.Objects(Inverse(Argument(), Argument(), kinds), keysOnly);
                    break;
                case "q" when Argument() == "sources":
                    answer = session.NewAnswer();
                    foreach (IrrSource source in session.Everything.Sources)
                        answer.Text($"{source.Name}:3:N:{(source.Serial is { } serial ? $"0-{serial}" : "Unknown")}\n");
                    break;
                case "g":
                    throw new WhoisQueryException("Access denied");
                default:
                    throw new WhoisQueryException($"Unrecognised flag/search: {flag}");
            }
        }
        if (answer is null)
            // Only settings: nothing was asked. IRRd answers as for an empty result.
            return WhoisReply.Of("%  No entries found for the selected source(s).\n\n\n"u8);
        return answer.IsEmpty
            ? WhoisReply.Of("%  No entries found for the selected source(s).\n\n\n"u8)
            : new WhoisReply(default, answer, "\n\n"u8.ToArray());
    }

    private IEnumerable<WhoisObject> Inverse(string attribute, string value, RpslClass[]? kinds) =>
        attribute.ToLowerInvariant() switch
        {
            "origin" => Filter(WhoisLookup.Texts(session.Data.ByOrigin(WhoisSession.Origin(value))), kinds),
            "mnt-by" => WhoisLookup.ByMaintainer(session.Data, value, kinds, session.TimeIsUp),
            "member-of" => WhoisLookup.ByMemberOf(session.Data, value, kinds, session.TimeIsUp),
            _ => throw new WhoisQueryException(
                $"Inverse attribute search not supported for {attribute}, only supported for attributes: origin, mnt-by, member-of"
            ),
        };

    private static IEnumerable<WhoisObject> Filter(IEnumerable<WhoisObject> objects, RpslClass[]? kinds) =>
        kinds is null ? objects : objects.Where(o => kinds.Contains(o.Class));
}
