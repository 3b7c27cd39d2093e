using System.Reflection;

namespace Causeway.Storage.Migrations;

/// <summary>
/// One step of the schema, from an embedded file <c>Migrations/{Sqlite|Postgres}/NNN-name.sql</c>. A released step is never edited: a change is a
/// new file with the next number.
/// </summary>
internal sealed record Migration(int Number, string Name, string Sql)
{
    /// <summary>All steps of one engine, in order.</summary>
    /// <param name="engine">The folder: <c>Sqlite</c> or <c>Postgres</c>.</param>
    public static IReadOnlyList<Migration> All(string engine)
    {
        Assembly assembly = typeof(Migration).Assembly;
        string prefix = $"{typeof(Migration).Namespace}.{engine}.";
        return
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => Read(assembly, name, name[prefix.Length..^".sql".Length])),
        ];
    }

    /// <summary>The steps a database still needs.</summary>
    /// <param name="version">The number of the last step it has; 0 when empty.</param>
    /// <exception cref="InvalidDataException">The database is newer than this program.</exception>
    public static IEnumerable<Migration> After(string engine, long version)
    {
        IReadOnlyList<Migration> all = All(engine);
        return version <= all[^1].Number
            ? all.Where(m => m.Number > version)
            : throw new InvalidDataException(
                $"The database has schema {version}, and this program knows schemas up to {all[^1].Number}: start the newer program, or restore the database from before the upgrade."
            );
    }

    private static Migration Read(Assembly assembly, string resource, string file)
    {
        using Stream stream = assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return new Migration(int.Parse(file.AsSpan(0, file.IndexOf('-'))), file, reader.ReadToEnd());
    }
}
