# What members write.
