namespace Causeway.Arm;

/// <param name="Name">Normalised: lower case without spaces (<c>westeurope</c>).</param>
/// <param name="DisplayName">For people (<c>West Europe</c>).</param>
/// <param name="Geography">The geopolitical group, such as <c>Europe</c>.</param>
public sealed record Region(string Name, string DisplayName, string Geography);

/// <summary>
/// The regions in which records may live. A region says where a resource's record is kept and billed; where cables end is a peering location. The
/// familiar names are the default so that existing scripts and templates work; an installation may name its own.
/// </summary>
public sealed class Regions
{
    private readonly Func<IReadOnlyList<Region>> _now;

    /// <param name="now">Asked each time, as the installation's topology can change; the same list for as long as it does not.</param>
    public Regions(Func<IReadOnlyList<Region>> now) => _now = now;

    public Regions(IEnumerable<Region> regions)
    {
        Region[] all = [.. regions];
        _now = () => all;
    }

    public IReadOnlyList<Region> All => _now();

    public IReadOnlyList<string> Names => [.. All.Select(r => r.Name)];

    /// <summary>Accepts any case and spaces; null when there is no such region.</summary>
    public Region? Find(string location)
    {
        string name = Normalise(location);
        return All.FirstOrDefault(r => r.Name == name);
    }

    /// <summary><c>West Europe</c> is <c>westeurope</c>.</summary>
    public static string Normalise(string location) =>
        string.Create(
            location.Length - location.Count(c => c == ' '),
            location,
            static (target, source) =>
            {
                int i = 0;
                foreach (char c in source)
                    if (c != ' ')
                        target[i++] = char.ToLowerInvariant(c);
            }
        );
}
