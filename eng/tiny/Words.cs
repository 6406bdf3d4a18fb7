namespace Causeway.TinyRecipe;

/// <summary>What fills the slots. Half of the words are invented, so that the model learns to copy what stands there and not to choose from a list.</summary>
internal sealed class Words(Random random, bool heldOut)
{
    private const string Consonants = "bdfgklmnprstvz", Vowels = "aeiou", Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";

    public string Item()
    {
        var noun = Pick(heldOut ? _heldOutItems : _items);
        return random.Next(8) switch
        {
            0 or 1 => $"{Pick(_adjectives)} {noun}",
            2 => $"{Invented()} {noun}",
            3 => Invented(),
            4 => random.Next(2) == 0 ? Invented().ToLowerInvariant() : $"{Pick(_adjectives)} {Invented()} {noun}",
            _ => noun,
        };
    }

    public string Name() => random.Next(3) == 0 ? Invented() : Pick(heldOut ? _heldOutNames : _names) + (random.Next(4) == 0 ? $" {Invented()}" : "");
    public string City() => random.Next(3) == 0 ? Invented() : Pick(heldOut ? _heldOutCities : _cities);

    public string Order() => random.Next(6) switch
    {
        0 => $"{Letter()}{Letter()}-{Digits(4)}",
        1 => Digits(6),
        2 => $"{Letter()}{Letter()}{Digits(random.Next(3, 6))}",
        3 => $"ORD-{Digits(random.Next(4, 6))}",
        _ => $"{Letter()}-{Digits(random.Next(4, 6))}",
    };

    private char Letter() => Letters[random.Next(Letters.Length)];
    private string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(at => (char)('0' + (at == 0 ? random.Next(1, 10) : random.Next(10)))));

    private string Invented()
    {
        var word = "";
        for (var left = random.Next(2, 4); left > 0; left--) word += $"{Consonants[random.Next(Consonants.Length)]}{Vowels[random.Next(Vowels.Length)]}";
        if (random.Next(2) == 0) word += Consonants[random.Next(Consonants.Length)];
        return char.ToUpperInvariant(word[0]) + word[1..];
    }

    private T Pick<T>(T[] of) => of[random.Next(of.Length)];

    private static readonly string[] _adjectives =
    [
        "blue", "red", "green", "black", "white", "small", "large", "wooden", "leather", "wool", "steel", "kids", "garden", "kitchen", "travel", "winter", "summer", "electric",
    ];

    private static readonly string[] _items =
    [
        "jacket", "lamp", "kettle", "phone case", "backpack", "keyboard", "pair of shoes", "coffee maker", "watch", "blanket", "desk", "chair", "tent", "camera",
        "headset", "mirror", "toaster", "bike helmet", "raincoat", "printer", "rug", "pillow", "suitcase", "speaker", "monitor", "drill", "fan", "bottle", "scarf", "novel",
        "shirt", "sweater", "hat", "belt", "wallet", "umbrella", "razor", "hair dryer", "iron", "blender", "mixer", "oven", "fridge", "vacuum cleaner", "broom", "bucket",
        "shelf", "sofa", "table", "bed", "mattress", "curtain", "towel", "carpet", "clock", "radio", "tablet", "laptop", "mouse", "router", "cable", "charger", "battery",
        "guitar", "piano", "drum", "violin", "book", "map", "pen", "notebook", "calendar", "puzzle", "doll", "ball", "racket", "skateboard", "bike", "scooter", "kayak",
        "rope", "ladder", "hammer", "saw", "wrench", "screwdriver", "glue", "paint", "brush", "vase", "plant", "shovel", "grill", "knife", "fork", "plate", "bowl", "mug", "glass",
    ];

    private static readonly string[] _heldOutItems =
    [
        "coat", "candle", "teapot", "dress", "cushion", "stool", "telescope", "projector", "basket", "swimsuit", "pan", "ring", "necklace", "globe", "heater", "wardrobe",
        "flute", "tripod", "trumpet", "toy train", "sleeping bag", "garden hose",
    ];

    private static readonly string[] _names =
    [
        "Ada", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry", "Ines", "Jonas", "Karen", "Leo", "Maria", "Noah", "Olga", "Paul", "Rosa", "Sam", "Tina", "Victor",
        "Alice", "Boris", "Carla", "Diego", "Elena", "Frank", "Greta", "Hugo", "Irene", "Jack", "Kate", "Lukas", "Mona", "Nils", "Oscar", "Petra", "Ralf", "Sofia", "Tom", "Ursula",
    ];

    private static readonly string[] _heldOutNames = ["Wanda", "Yusuf", "Zoe", "Nadia", "Igor", "Bella", "Marco", "Lena", "Quentin", "Amir", "Judith", "Fatima"];

    private static readonly string[] _cities =
    [
        "Berlin", "Paris", "Madrid", "Rome", "Vienna", "Oslo", "Dublin", "Lisbon", "Prague", "Athens", "Boston", "Denver", "London", "Munich", "Milan", "Turin", "Lyon", "Porto",
        "Geneva", "Basel", "Ghent", "Dallas", "Miami", "Toronto",
    ];

    private static readonly string[] _heldOutCities = ["Austin", "Seattle", "Chicago", "Hamburg", "Naples", "Seville", "Krakow", "Bergen", "Graz"];
}
