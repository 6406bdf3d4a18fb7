namespace Causeway.TinyRecipe;

/// <summary>What fills the slots. Half of the words are invented, so that the model learns to copy what stands there and not to choose from a list.</summary>
internal sealed class Words(Random random, Lesson lesson)
{
    private const string Consonants = "bdfgklmnprstvz", Vowels = "aeiou", Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";

    public string Item()
    {
        if (lesson == Lesson.Second && random.Next(3) == 0) return HardItem();
        var noun = Pick(lesson switch { Lesson.HeldOut => _heldOutItems, Lesson.First => _items, _ => _allItems });
        return random.Next(8) switch
        {
            0 or 1 => $"{Pick(_adjectives)} {noun}",
            2 => $"{Invented()} {noun}",
            3 => Invented(),
            4 => random.Next(2) == 0 ? Invented().ToLowerInvariant() : $"{Pick(_adjectives)} {Invented()} {noun}",
            _ => noun,
        };
    }

    public string Name() => random.Next(lesson == Lesson.Second ? 2 : 3) == 0 ? Invented() : Pick(lesson == Lesson.HeldOut ? _heldOutNames : _names) + (random.Next(4) == 0 ? $" {Invented()}" : "");
    public string City() => random.Next(lesson == Lesson.Second ? 2 : 3) == 0 ? Invented() : Pick(lesson == Lesson.HeldOut ? _heldOutCities : _cities);

    public string Order() => random.Next(6) switch
    {
        0 => $"{Letter()}{Letter()}-{Digits(4)}",
        1 => Digits(6),
        2 => $"{Letter()}{Letter()}{Digits(random.Next(3, 6))}",
        3 => $"ORD-{Digits(random.Next(4, 6))}",
        _ => $"{Letter()}-{Digits(random.Next(4, 6))}",
    };

    private char Letter() => Letters[random.Next(Letters.Length)];
    private string Digits(int count)
    {
        if (lesson != Lesson.Second || random.Next(2) == 0) return AnyDigits(count);
        // The same few digits again and again: then the one before does not tell which comes next.
        string few = $"{random.Next(1, 10)}{random.Next(1, 10)}{random.Next(1, 10)}";
        return string.Concat(Enumerable.Range(0, count).Select(_ => few[random.Next(3)]));
    }

    private string AnyDigits(int count) => string.Concat(Enumerable.Range(0, count).Select(at => (char)('0' + (at == 0 ? random.Next(1, 10) : random.Next(10)))));

    /// <summary>One that is spelled in pieces which the easy ones never have.</summary>
    private string HardItem() => random.Next(4) switch
    {
        0 => $"{Hard()} {Hard()}",
        1 => $"{Pick(_adjectives)} {Hard()}",
        _ => Hard(),
    };

    private string Hard()
    {
        var word = "";
        for (var left = random.Next(1, 4); left > 0; left--) word += Pick(_onsets) + Pick(_vowels) + (left == 1 || random.Next(3) == 0 ? Pick(_codas) : "");
        return word;
    }

    private string Invented()
    {
        if (lesson == Lesson.Second && random.Next(2) == 0)
        {
            var hard = Hard();
            return char.ToUpperInvariant(hard[0]) + hard[1..];
        }
        var word = "";
        for (var left = random.Next(2, 4); left > 0; left--) word += $"{Consonants[random.Next(Consonants.Length)]}{Vowels[random.Next(Vowels.Length)]}";
        if (random.Next(2) == 0) word += Consonants[random.Next(Consonants.Length)];
        return char.ToUpperInvariant(word[0]) + word[1..];
    }

    private T Pick<T>(T[] of) => of[random.Next(of.Length)];

    private static readonly string[] _onsets =
    [
        "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "y", "z", "bl", "br", "ch", "cl", "cr", "dr", "fl", "fr", "gl", "gr", "ph", "pl", "pr",
        "qu", "sc", "sh", "sk", "sl", "sm", "sn", "sp", "st", "str", "sw", "th", "tr", "tw", "wh", "",
    ];

    private static readonly string[] _vowels = ["a", "e", "i", "o", "u", "a", "e", "i", "o", "u", "ai", "ea", "ee", "ie", "oa", "oo", "ou", "ow", "ay", "y", "au", "ue", "io"];

    private static readonly string[] _codas =
    [
        "", "", "b", "ck", "ct", "d", "ft", "g", "l", "ld", "ll", "lk", "m", "mp", "n", "nd", "ng", "nk", "nt", "p", "pt", "r", "rd", "rk", "rm", "rn", "rt", "s", "sh", "sk", "ss",
        "st", "t", "tch", "te", "th", "x", "zz", "dle", "ble", "tle", "er", "on", "et", "le", "ing", "ion", "or", "ist", "ope", "ace", "ess", "ment", "ard", "ket", "pot", "robe", "suit",
    ];

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

    private static readonly string[] _moreItems =
    [
        "shoe", "boot", "glove", "sock", "cup", "spoon", "pot", "jar", "box", "bag", "purse", "skirt", "blouse", "suit", "tie", "vest", "cap", "helmet", "goggles", "sandals", "bracelet",
        "earring", "brooch", "diary", "folder", "stapler", "scissors", "ruler", "pencil", "crayon", "easel", "canvas", "frame", "poster", "statue", "lantern", "torch", "compass",
        "binoculars", "microscope", "thermometer", "scale", "timer", "whistle", "harp", "cello", "banjo", "microphone", "amplifier", "turntable", "record", "film", "lens", "drone",
        "robot", "train set", "kite", "swing", "slide", "trampoline", "treadmill", "dumbbell", "yoga mat", "surfboard", "skis", "snowboard", "sled", "fishing rod", "hammock", "stove",
        "freezer", "dishwasher", "washing machine", "dryer", "humidifier", "air pump", "hose reel", "rake", "wheelbarrow", "flower pot", "bird house", "dog bed", "cat tree", "leash",
        "aquarium", "crib", "stroller", "high chair", "bookcase", "drawer", "bench", "ottoman", "futon", "quilt", "sheet", "bath mat", "soap dish", "comb", "perfume", "lipstick",
    ];

    private static readonly string[] _allItems = [.. _items, .. _moreItems];

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
