using System.Text.Json;

namespace Causeway.Engine.Constraints.Schemas;

/// <summary>
/// What a value must be, as a set of subschemas that must hold and of others that must not. Two places that demand the same have the same
/// instance, so recursion comes back to where it was.
/// </summary>
internal sealed class Conjunction
{
    private Conjunction(int[] terms, bool isNever) => (Terms, IsNever) = (terms, isNever);

    /// <summary>Twice the number of a site; one more where it must not hold. Sorted.</summary>
    public int[] Terms { get; }

    public bool IsNever { get; }

    public bool IsAlways => Terms.Length == 0 && !IsNever;

    /// <summary>All conjunctions of one schema.</summary>
    public sealed class Table
    {
        private const int MaxTerms = 64;
        private const int MaxEntries = 100_000;
        private const int MaxEffort = 1_000_000;

        // Steps are bounded one by one; how they multiply in a schema that was made to be slow, only the clock knows.
        private readonly long _until = Environment.TickCount64 + 2_000;
        private int _effort;

        private readonly Dictionary<string, Conjunction> _known = new(StringComparer.Ordinal);

        public Conjunction Always { get; } = new([], false);

        public Conjunction Never { get; } = new([], true);

        public Conjunction Of(SchemaSite site)
        {
            if (site.IsValue) return Intern([site.Id * 2]);
            return site.Element.ValueKind switch
            {
                JsonValueKind.True => Always,
                JsonValueKind.False => Never,
                JsonValueKind.Object when site.Element.GetPropertyCount() == 0 => Always,
                _ => Intern([site.Id * 2]),
            };
        }

        /// <summary>That one term does not hold.</summary>
        public Conjunction Not(int term) => Intern([term ^ 1]);

        public Conjunction And(Conjunction left, Conjunction right)
        {
            if (left == right || right.IsAlways || left.IsNever) return left;
            if (left.IsAlways || right.IsNever) return right;
            CheckTime();
            _effort += left.Terms.Length + right.Terms.Length;
            if (_effort > MaxEffort) throw new ConstraintException("", "", "combines too many schemas");
            return Intern([.. left.Terms.Union(right.Terms).Order()]);
        }

        /// <exception cref="ConstraintException">The compilation has taken too long.</exception>
        public void CheckTime()
        {
            if (Environment.TickCount64 > _until) throw new ConstraintException("", "", "takes too long to compile");
        }

        private Conjunction Intern(int[] terms)
        {
            for (var i = 1; i < terms.Length; i++)
                if (terms[i] == (terms[i - 1] | 1)) return Never;
            if (terms.Length > MaxTerms || _known.Count > MaxEntries) throw new ConstraintException("allOf", "", "puts too many schemas together");
            var key = string.Join(',', terms);
            return _known.TryGetValue(key, out var known) ? known : _known[key] = new Conjunction(terms, false);
        }
    }
}
